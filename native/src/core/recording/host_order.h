// Integers of a capture file, which are in the byte order of the host that wrote it.
#pragma once

#include <cstdint>
#include <cstring>

namespace hotlap {

inline uint16_t read16(const uint8_t* at, bool swapped) {
  uint16_t value;
  std::memcpy(&value, at, sizeof value);
  return swapped ? __builtin_bswap16(value) : value;
}

inline uint32_t read32(const uint8_t* at, bool swapped) {
  uint32_t value;
  std::memcpy(&value, at, sizeof value);
  return swapped ? __builtin_bswap32(value) : value;
}

inline uint64_t read64(const uint8_t* at, bool swapped) {
  uint64_t value;
  std::memcpy(&value, at, sizeof value);
  return swapped ? __builtin_bswap64(value) : value;
}

}  // namespace hotlap
