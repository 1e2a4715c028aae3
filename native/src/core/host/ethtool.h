// What driver and kernel say of a network interface, by ethtool's ioctl: read, nothing changed. Of the
// calling thread's network namespace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/host/failure.h"

namespace hotlap {

struct DeviceFacts {
  struct Channels {
    uint32_t receive, maxReceive, combined, maxCombined;
  };
  struct Rings {
    uint32_t receive, maxReceive;
  };
  struct Coalescing {
    uint32_t receiveUs, receiveFrames;
    bool adaptiveReceive;
  };
  struct Feature {
    /// The kernel's name: rx-lro.
    std::string name;
    bool active, changeable;
  };
  struct Timestamping {
    bool hardwareReceive, hardwareTransmit;
    /// Of /dev/ptpN; -1: none.
    int32_t clock;
    /// Every received packet can be stamped, not only PTP's own.
    bool everyPacket;
  };

  std::string name;
  uint32_t index = 0;
  std::string driver, driverVersion, firmware, busInfo;
  bool isUp = false, hasCarrier = false, isLoopback = false;
  uint32_t mtuBytes = 0;
  // Empty: the driver does not say.
  std::optional<Channels> channels;
  std::optional<Rings> rings;
  std::optional<Coalescing> coalescing;
  std::optional<Timestamping> timestamping;
  std::vector<Feature> features;
};

Failure readDeviceFacts(const std::string& name, DeviceFacts& facts);

}  // namespace hotlap
