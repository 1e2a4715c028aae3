// A device of DPDK's, added to the running environment: found by its name, configured with one queue each
// way, started; stopped and removed again when this goes.
#pragma once

#include <rte_ethdev.h>
#include <rte_mempool.h>

#include <cstdint>
#include <string>

#include "core/host/failure.h"
#include "core/link/dpdk.h"
#include "dpdk/xsk_socket.h"

namespace hotlap::dpdk {

class Port {
 public:
  Port() = default;
  ~Port() { remove(); }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  Failure open(const DpdkOptions& options);

  /// Until then it may not be polled: a client of memif starts once its server is there.
  bool isStarted() const { return started_; }
  bool isUp() const;
  /// Calls a server of memif again that is not there, or not there any more. Some system calls: now and then.
  void callAgain();
  /// A frame came or left: there is somebody at the other end.
  void answered() { answered_ = true; }

  /// Frames since the port was opened that it had no room or no memory for.
  uint64_t missed() const;
  /// Losses and errors that the PMD has counters of its own for (xstats), with their values, where there are
  /// any.
  std::string troubles() const;

  uint16_t id() const { return id_; }
  rte_mempool* pool() const { return pool_; }
  const std::string& name() const { return name_; }
  std::string driver() const { return info_.driver_name == nullptr ? "" : info_.driver_name; }
  uint16_t receiveFrames() const { return receiveFrames_; }

 private:
  Failure add();
  Failure configure(uint32_t ringFrames);
  int setUpQueues(uint16_t receive, uint16_t transmit);
  void awaitAnswer();
  void start();
  void close();
  void remove();
  Failure refuse(int error, const std::string& what, const std::string& remedy) const;

  std::string device_;
  std::string name_;
  bool calls_ = false;
  bool started_ = false;
  /// When a server was called last, and whether its link has been seen up since then.
  int64_t calledNs_ = 0;
  bool answered_ = false;
  uint16_t id_ = RTE_MAX_ETHPORTS;
  rte_eth_dev_info info_ = {};
  rte_mempool* pool_ = nullptr;
  uint16_t receiveFrames_ = 0;
  XskSocket xsk_;
};

}  // namespace hotlap::dpdk
