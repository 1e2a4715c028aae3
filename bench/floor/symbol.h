// A symbol as the feed carries it.
#pragma once

#include <cstdint>
#include <string>

namespace hotlap::floor {

/// Eight characters, space-padded, as one big-endian number.
inline uint64_t packSymbol(const std::string& symbol) {
  uint64_t packed = 0;
  for (size_t i = 0; i < 8; ++i)
    packed = packed << 8 | static_cast<uint8_t>(i < symbol.size() ? symbol[i] : ' ');
  return packed;
}

}  // namespace hotlap::floor
