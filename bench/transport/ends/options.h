// What the command line of the transport bench says.
#pragma once

#include <cstdint>
#include <string>

namespace hotlap::bench {

struct Options {
  bool sends = false;
  /// kernel, af_xdp, shm or dpdk.
  std::string transport;
  std::string group = "239.255.77.2";
  int port = 0;
  /// Name or IPv4 address; unused with shm and dpdk.
  std::string interface = "127.0.0.1";
  /// The file of a shared-memory wire.
  std::string file;
  /// A port of DPDK: PCI address, or virtual device with its arguments.
  std::string device;
  uint32_t ringFrames = 1 << 16;
  int receiveBufferBytes = 64 << 20;
  bool busyPoll = false;
  bool generic = false;
  /// Below 0: not pinned.
  int cpu = -1;

  // Of the sender.
  /// 0: as fast as they leave.
  double packetsPerSecond = 0;
  uint32_t payloadBytes = 64;
  double seconds = 1;
  double warmUpSeconds = 0.2;
};

/// @returns empty, or one sentence about what is wrong
std::string parseOptions(int count, char** arguments, Options& options);

}  // namespace hotlap::bench
