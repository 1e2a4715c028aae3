// What an interface's driver can do with XDP (generic netlink family `netdev`, Linux 6.3), and whose program
// is on it (rtnetlink). Of the calling thread's network namespace.
#pragma once

#include <cstdint>
#include <optional>

#include "core/host/failure.h"

namespace hotlap {

struct XdpFacts {
  struct Features {
    bool native, redirect, zeroCopy;
    /// Hints that a program can ask the driver for.
    bool timestampHint, vlanHint;
  };
  /// As IFLA_XDP_ATTACHED says: XDP_ATTACHED_NONE, _DRV, _SKB, _HW, _MULTI.
  uint8_t attached = 0;
  /// Number of the program; of several, the driver's.
  uint32_t program = 0;
  /// Empty: this kernel does not tell.
  std::optional<Features> features;
};

Failure readXdpFacts(uint32_t interfaceIndex, XdpFacts& facts);

}  // namespace hotlap
