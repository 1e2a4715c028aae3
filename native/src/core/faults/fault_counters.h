// What was done on purpose to packets on their way. Packets that came in + duplicated = left + lost + held.
#pragma once

#include <cstdint>

namespace hotlap {

struct FaultCounters {
  uint64_t lost = 0;
  /// Second copies that left.
  uint64_t duplicated = 0;
  /// Packets that left behind later ones.
  uint64_t reordered = 0;
  uint64_t delayed = 0;
  uint64_t corrupted = 0;
  /// Held back now.
  uint64_t held = 0;
};

}  // namespace hotlap
