// Packets of a recording, each with the time that it was recorded at.
#pragma once

#include <cstdint>
#include <limits>

#include "core/feed/packet_source.h"

namespace hotlap {

class TimedSource : public PacketSource {
 public:
  /** Of the packet handed on last, in ns: since 1970 in a capture, since midnight in a BinaryFILE. */
  int64_t packetNs() const { return packetNs_; }

 protected:
  /** Stays where a packet has no time of its own. */
  int64_t packetNs_ = std::numeric_limits<int64_t>::min();
};

}  // namespace hotlap
