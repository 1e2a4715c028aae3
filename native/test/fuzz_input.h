// Plausible feeds for the fuzzers: messages, MoldUDP64 packets, frames, and how they get damaged.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "check.h"
#include "core/feed/itch50.h"

namespace hotlap::test {

using Bytes = std::vector<uint8_t>;

inline void append(Bytes& out, uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<uint8_t>(value >> shift));
}

/** A plausible message: legal letters, few references, so that mutations start from books with life in them.
 */
inline Bytes message(Random& random) {
  constexpr char kTypes[] = "AAAAAAFEECXXDDUUPQBIHhRSYLVWKJNO";
  const char type = kTypes[random.below(sizeof kTypes - 1)];
  Bytes out(itch50::kLengths[static_cast<uint8_t>(type)]);
  for (uint8_t& byte : out) byte = static_cast<uint8_t>(random.below(4));
  out[0] = static_cast<uint8_t>(type);
  out[2] = static_cast<uint8_t>(random.below(3));
  if (const uint8_t stock = itch50::kStockOffsets[out[0]]; stock != 0)
    std::memset(&out[stock], 1 + out[2] % 2, 8);
  if (type == 'A' || type == 'F') out[19] = random.below(2) == 0 ? 'B' : 'S';
  if (out.size() > 18) {
    std::memset(&out[11], 0, 7);
    out[18] = static_cast<uint8_t>(random.below(64));
  }
  return out;
}

inline Bytes blocks(Random& random, uint32_t count) {
  Bytes out;
  for (uint32_t i = 0; i < count; ++i) {
    const Bytes body = message(random);
    append(out, body.size(), 2);
    out.insert(out.end(), body.begin(), body.end());
  }
  return out;
}

inline Bytes packet(Random& random, uint64_t& sequence) {
  const uint32_t count = random.below(8);
  Bytes out(10, 'S');
  append(out, sequence, 8);
  append(out, count, 2);
  const Bytes body = blocks(random, count);
  out.insert(out.end(), body.begin(), body.end());
  sequence += count;
  return out;
}

inline Bytes frame(Random& random, const Bytes& payload) {
  Bytes out(12);
  if (random.below(3) == 0) append(out, 0x8100008d, 4);
  append(out, 0x0800, 2);
  append(out, 0x4500, 2);
  append(out, 28 + payload.size(), 2);
  append(out, 0, 4);
  append(out, 0x4011, 2);
  append(out, 0, 2);
  append(out, 0x7f000001, 4);
  append(out, 0xef010101, 4);
  append(out, 26477, 2);
  append(out, 26477, 2);
  append(out, 8 + payload.size(), 2);
  append(out, 0, 2);
  out.insert(out.end(), payload.begin(), payload.end());
  return out;
}

inline Bytes pcapFile(Random& random) {
  Bytes out;
  append(out, 0xa1b23c4d, 4);
  append(out, 0x00020004, 4);
  append(out, 0, 8);
  append(out, 65535, 4);
  append(out, 1, 4);
  uint64_t sequence = 1;
  for (uint32_t i = 0; i < 40; ++i) {
    const Bytes one = frame(random, packet(random, sequence));
    append(out, 0, 8);
    append(out, one.size(), 4);
    append(out, one.size(), 4);
    out.insert(out.end(), one.begin(), one.end());
  }
  return out;
}

inline void endBlock(Bytes& out, size_t begin) {
  while ((out.size() - begin) % 4 != 0) out.push_back(0);
  const auto size = static_cast<uint32_t>(out.size() - begin + 4);
  append(out, size, 4);
  for (int i = 0; i < 4; ++i) out[begin + 4 + i] = static_cast<uint8_t>(size >> 8 * i);
}

/** Two interfaces of different resolution, packets in all three kinds of block, and blocks of other kinds
 * between them. */
inline Bytes pcapngFile(Random& random) {
  Bytes out;
  append(out, 0x0a0d0d0a, 4);
  append(out, 0, 4);
  append(out, 0x1a2b3c4d, 4);
  append(out, 1, 4);
  append(out, ~uint64_t{0}, 8);
  endBlock(out, 0);
  for (const uint8_t resolution : {uint8_t{9}, uint8_t{0x80 | 20}}) {
    const size_t begin = out.size();
    append(out, 1, 4);
    append(out, 0, 4);
    append(out, 1, 4);
    append(out, 0, 4);
    append(out, 9 | 1 << 16, 4);
    append(out, resolution, 4);
    append(out, 0, 4);
    endBlock(out, begin);
  }
  uint64_t sequence = 1;
  for (uint32_t i = 0; i < 40; ++i) {
    const Bytes one = frame(random, packet(random, sequence));
    const size_t begin = out.size();
    const uint32_t type = std::array<uint32_t, 4>{6, 6, 3, 2}[random.below(4)];
    append(out, type, 4);
    append(out, 0, 4);
    if (type != 3) {
      append(out, random.below(2), 4);
      append(out, random.below(1 << 30), 8);
      append(out, one.size(), 4);
    }
    append(out, one.size(), 4);
    out.insert(out.end(), one.begin(), one.end());
    endBlock(out, begin);
    if (random.below(8) != 0) continue;
    const size_t other = out.size();
    append(out, 4 + random.below(3) * 7, 4);
    append(out, 0, 4);
    for (uint32_t bytes = random.below(600); bytes > 0; --bytes) out.push_back(0xff);
    endBlock(out, other);
  }
  return out;
}

inline void mutate(Random& random, Bytes& bytes) {
  const uint32_t times = random.below(12);
  for (uint32_t i = 0; i < times && !bytes.empty(); ++i) {
    const size_t at = random.below(static_cast<uint32_t>(bytes.size()));
    switch (random.below(6)) {
      case 0:
        bytes[at] = static_cast<uint8_t>(random.next());
        break;
      case 1:
        bytes[at] ^= static_cast<uint8_t>(1u << random.below(8));
        break;
      case 2:
        bytes[at] = random.below(2) == 0 ? 0xff : 0;
        break;
      case 3:
        bytes.resize(at);
        break;
      case 4:
        bytes.erase(bytes.begin() + static_cast<ptrdiff_t>(at),
                    bytes.begin() + static_cast<ptrdiff_t>(std::min(bytes.size(), at + random.below(40))));
        break;
      default:
        bytes.insert(bytes.begin() + static_cast<ptrdiff_t>(at), random.below(40), static_cast<uint8_t>(at));
    }
  }
}

}  // namespace hotlap::test
