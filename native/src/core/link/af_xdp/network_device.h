// What the kernel says of an interface: by netlink and ethtool's ioctl, since /sys shows another namespace's
// interfaces to a thread that has changed its own.
#pragma once

#include <cstdint>
#include <string>

#include "core/host/failure.h"

namespace hotlap {

struct NetworkDevice {
  std::string name;
  std::string driver;
  uint32_t index = 0;
  uint32_t mtuBytes = 0;
  uint32_t receiveQueues = 0;
  bool up = false;
  /// Of an XDP program that is attached; 0: none.
  uint32_t xdpProgram = 0;
};

/// @param interface name or IPv4 address
Failure findNetworkDevice(const std::string& interface, NetworkDevice& device);

}  // namespace hotlap
