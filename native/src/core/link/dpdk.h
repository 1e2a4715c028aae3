// A port of DPDK as a packet device. The code behind it is an addon of its own, present where DPDK is.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/host/failure.h"
#include "core/link/link.h"

namespace hotlap {

struct DpdkOptions {
  enum class Memory { prefer, hugepages, ordinary };

  /// A PCI address (`0000:01:00.0`), or a virtual device with its arguments
  /// (`net_memif0,role=client,socket=/run/x`).
  std::string device;
  /// Whether the frames lie in hugepages.
  Memory memory = Memory::prefer;
  /// Descriptors of the receive ring; a power of two.
  uint32_t ringFrames = 4'096;
};

using DpdkOpener = Failure (*)(const DpdkOptions& options, std::unique_ptr<Link>& link);

/// Told once by whoever holds the code: the optional addon, or a program that is linked with it.
void provideDpdk(DpdkOpener opener);

/// Says what to install where nobody has provided it.
Failure openDpdk(const DpdkOptions& options, std::unique_ptr<Link>& link);

}  // namespace hotlap
