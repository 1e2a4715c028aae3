// What the bench's packets carry, behind which zeros fill them up.
#pragma once

#include <cstdint>
#include <cstring>

namespace hotlap::bench {

struct ProbePacket {
  static constexpr uint32_t magicValue = 0x50'4f'54'48;
  uint32_t magic;
  /// Sent to warm up: no sample.
  uint32_t warmUp;
  /// From 1, those of the warm-up among them.
  uint64_t sequence;
  /// CLOCK_MONOTONIC ns at which it was to be sent.
  int64_t intendedNs;
};

inline bool readProbe(const uint8_t* bytes, size_t size, ProbePacket& packet) {
  if (size < sizeof packet) return false;
  memcpy(&packet, bytes, sizeof packet);
  return packet.magic == ProbePacket::magicValue;
}

}  // namespace hotlap::bench
