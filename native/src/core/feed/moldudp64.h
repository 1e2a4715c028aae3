// MoldUDP64 V1.00: the downstream packet's header and its message blocks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/link/big_endian.h"

namespace hotlap {

inline constexpr size_t kMoldHeader = 20;
inline constexpr uint16_t kMoldEndOfSession = 0xffff;
inline constexpr size_t kBlockHeader = 2;

using MoldSession = std::array<char, 10>;

struct MoldHeader {
  MoldSession session;
  uint64_t sequence;
  uint16_t count;
};

inline bool readMoldHeader(const uint8_t* packet, size_t size, MoldHeader& out) {
  if (size < kMoldHeader) return false;
  std::memcpy(out.session.data(), packet, out.session.size());
  out.sequence = be64(packet + 10);
  out.count = be16(packet + 18);
  return true;
}

/** A heartbeat or an end of the session: a header that says that no messages follow, and none does. */
inline bool isMoldControl(const uint8_t* packet, size_t size) {
  MoldHeader header;
  return size == kMoldHeader && readMoldHeader(packet, size, header) &&
         (header.count == 0 || header.count == kMoldEndOfSession);
}

/** True when the bytes frame as MoldUDP64 to the last one: how a feed is recognised in a recording. */
inline bool framesAsMold(const uint8_t* packet, size_t size) {
  MoldHeader header;
  if (!readMoldHeader(packet, size, header)) return false;
  for (const char c : header.session) {
    if (c < 0x20 || c > 0x7e) return false;
  }
  size_t at = kMoldHeader;
  const int blocks = header.count == kMoldEndOfSession ? 0 : header.count;
  for (int i = 0; i < blocks; ++i) {
    if (size - at < kBlockHeader) return false;
    const size_t length = be16(packet + at);
    if (size - at - kBlockHeader < length) return false;
    at += kBlockHeader + length;
  }
  return at == size;
}

}  // namespace hotlap
