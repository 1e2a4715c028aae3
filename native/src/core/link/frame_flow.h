// What a frame says of itself that a FlowFilter asks for.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/link/flow_filter.h"

namespace hotlap {

/// In host byte order.
struct FrameFlow {
  enum class Kind : uint8_t { other, arp, udp, tcp, icmp } kind;
  uint32_t source;
  /// Of ARP, the address that is asked for or answered to.
  uint32_t destination;
  /// 0 where there are none, in a fragment too.
  uint16_t sourcePort;
  uint16_t destinationPort;
};

/// Looks no further than a FlowFilter can tell; whether the frame is sound, its owner judges.
FrameFlow flowOf(const uint8_t* frame, size_t size);

bool wants(const FlowFilter& filter, const FrameFlow& flow);

}  // namespace hotlap
