// Our program on an interface. It goes when this goes, and with the process however that ends: what holds it
// is a descriptor (bpf_link), not the interface.
#pragma once

#include <cstdint>
#include <string>

#include "core/host/descriptor.h"
#include "core/host/failure.h"
#include "core/host/mapping.h"
#include "core/link/af_xdp/flow_program.h"
#include "core/link/af_xdp/network_device.h"
#include "core/link/flow_filter.h"

namespace hotlap {

class Attachment {
 public:
  /// Attached without sockets: every frame still goes to the kernel.
  Failure open(const FlowFilter& flows, const NetworkDevice& device, bool generic, uint32_t maxFrameBytes);
  /// Other flows from now on; until it has succeeded, those of before.
  Failure steer(const FlowFilter& flows, const NetworkDevice& device);
  /// From now on the queue's wanted frames go to the socket. @returns 0, or an errno
  int direct(uint32_t queue, int socket);

  uint64_t fragments() const { return count(&FlowCounts::fragments); }
  uint64_t oversized() const { return count(&FlowCounts::oversized); }

 private:
  uint64_t count(uint64_t FlowCounts::*which) const;
  Failure attach(const NetworkDevice& device, bool generic);
  Failure load(const FlowFilter& flows, const NetworkDevice& device);

  Descriptor sockets_;
  Descriptor counts_;
  Mapping counted_;
  Descriptor program_;
  uint32_t maxFrameBytes_ = 0;
  bool multiBuffer_ = false;
  /// Last, so that it goes first.
  Descriptor link_;
};

}  // namespace hotlap
