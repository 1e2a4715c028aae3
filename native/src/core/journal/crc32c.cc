#include "core/journal/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace hotlap::journal {

namespace {

constexpr uint32_t polynomial = 0x82f63b78;  // reflected

using Tables = std::array<std::array<uint32_t, 256>, 8>;

constexpr Tables makeTables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? (crc >> 1) ^ polynomial : crc >> 1;
    tables[0][byte] = crc;
  }
  for (size_t slice = 1; slice < 8; ++slice)
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t before = tables[slice - 1][byte];
      tables[slice][byte] = tables[0][before & 0xff] ^ (before >> 8);
    }
  return tables;
}

constexpr Tables tables = makeTables();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) uint32_t crc32cHardware(uint32_t crc, const uint8_t* bytes, size_t length) {
  uint64_t state = ~crc;
  for (; length >= 8; length -= 8, bytes += 8) {
    uint64_t word;
    std::memcpy(&word, bytes, 8);
    state = _mm_crc32_u64(state, word);
  }
  auto rest = static_cast<uint32_t>(state);
  for (; length > 0; --length, ++bytes) rest = _mm_crc32_u8(rest, *bytes);
  return ~rest;
}

const bool isHardware = __builtin_cpu_supports("sse4.2") != 0;
#endif

}  // namespace

uint32_t crc32cSoftware(uint32_t crc, const uint8_t* bytes, size_t length) {
  uint32_t state = ~crc;
  for (; length >= 8; length -= 8, bytes += 8) {
    const uint32_t low = state ^ (uint32_t{bytes[0]} | uint32_t{bytes[1]} << 8 | uint32_t{bytes[2]} << 16 |
                                  uint32_t{bytes[3]} << 24);
    state = tables[7][low & 0xff] ^ tables[6][(low >> 8) & 0xff] ^ tables[5][(low >> 16) & 0xff] ^
            tables[4][low >> 24] ^ tables[3][bytes[4]] ^ tables[2][bytes[5]] ^ tables[1][bytes[6]] ^
            tables[0][bytes[7]];
  }
  for (; length > 0; --length, ++bytes) state = tables[0][(state ^ *bytes) & 0xff] ^ (state >> 8);
  return ~state;
}

uint32_t crc32c(uint32_t crc, const uint8_t* bytes, size_t length) {
#if defined(__x86_64__)
  if (isHardware) return crc32cHardware(crc, bytes, length);
#endif
  return crc32cSoftware(crc, bytes, length);
}

bool crc32cIsHardware() {
#if defined(__x86_64__)
  return isHardware;
#else
  return false;
#endif
}

}  // namespace hotlap::journal
