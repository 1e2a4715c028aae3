// The AF_XDP socket behind a port of net_af_xdp, which DPDK 22.11 keeps to itself: it is never closed (the
// PMD's count of its users goes below zero), so that nobody could have the queue again in this process, and
// what its receive ring had no room for is not among the port's counters.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace hotlap::dpdk {

class XskSocket {
 public:
  XskSocket() = default;
  ~XskSocket() { close(); }
  XskSocket(const XskSocket&) = delete;
  XskSocket& operator=(const XskSocket&) = delete;

  /// Around the call by which the PMD makes it: what is new then is this port's.
  void beforeSetup() { known_ = ofProcess(); }
  void afterSetup();
  /// After the port was closed.
  void close();

  /// Frames that the receive ring had no room for.
  uint64_t ringFull() const;

 private:
  struct Open {
    int fd;
    ino_t inode;
  };
  static std::vector<Open> ofProcess();

  std::vector<Open> known_;
  Open socket_ = {-1, 0};
};

}  // namespace hotlap::dpdk
