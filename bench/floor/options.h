// What the command line of the floor says.
#pragma once

#include <cstdint>
#include <string>

namespace hotlap::floor {

struct Options {
  // The live run.
  /// How the feed comes: kernel, af_xdp, shm or dpdk.
  std::string rx = "kernel";
  /// How orders leave: kernel, or lwip over the device that the feed comes by.
  std::string tx = "kernel";
  std::string group = "239.255.77.1";
  int port = 0;
  /// Name or IPv4 address; unused with shm and dpdk.
  std::string interface = "127.0.0.1";
  /// The file of a shared-memory wire.
  std::string file;
  /// A port of DPDK: PCI address, or virtual device with its arguments.
  std::string device;
  /// Of the device's receive ring.
  uint32_t ringFrames = 1 << 16;
  /// lwIP's own, as 10.0.0.2/24; empty: the interface's.
  std::string address;
  int receiveBufferBytes = 32 << 20;
  std::string creditFile;
  std::string fixHost = "127.0.0.1";
  int fixPort = 0;
  std::string senderCompId = "HOTLAP";
  std::string targetCompId = "EXCHANGE";
  std::string clOrdIdPrefix = "FLOOR-";
  std::string symbol = "AAPL";
  uint32_t quantity = 100;
  /// An order at each n-th event.
  uint32_t every = 100;
  uint32_t expectedOrders = 1 << 20;
  /// Below 0: not pinned.
  int cpu = -1;
  /// 0: until the feed's session ends.
  double seconds = 0;

  // The harness for counting instructions.
  bool memory = false;
  uint64_t messages = 100'000;
  uint32_t symbols = 20;
};

/// @returns empty, or one sentence about what is wrong
std::string parseOptions(int count, char** arguments, Options& options);

}  // namespace hotlap::floor
