// The Internet checksum (RFC 1071): ones' complement sum of 16-bit words. It may be summed in any byte order
// and in wider words, which is folded at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace hotlap {

/// Adds bytes, as they lie in memory. An odd last byte is followed by a zero, so only the last piece may be
/// odd. The sum of a frame cannot overflow: 64 bits hold four thousand million 32-bit words.
inline uint64_t internetSum(const uint8_t* bytes, size_t size, uint64_t sum = 0) {
  uint64_t lanes[4] = {sum, 0, 0, 0};
  for (; size >= 16; bytes += 16, size -= 16) {
    uint32_t words[4];
    std::memcpy(words, bytes, sizeof words);
    for (int lane = 0; lane < 4; ++lane) lanes[lane] += words[lane];
  }
  sum = lanes[0] + lanes[1] + lanes[2] + lanes[3];
  for (; size >= 2; bytes += 2, size -= 2) {
    uint16_t word;
    std::memcpy(&word, bytes, sizeof word);
    sum += word;
  }
  return size == 0 ? sum : sum + bytes[0];
}

/// In the byte order of the bytes summed. 0xffff: a sum that included its own checksum is right.
inline uint16_t internetFold(uint64_t sum) {
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>((sum & 0xffff) + (sum >> 16));
}

/// Of UDP's pseudo header: addresses out of an IPv4 header, protocol and length (RFC 768).
inline uint64_t udpPseudoSum(const uint8_t* ip, size_t udpLength) {
  const uint8_t rest[4] = {0, 17, static_cast<uint8_t>(udpLength >> 8), static_cast<uint8_t>(udpLength)};
  return internetSum(rest, sizeof rest, internetSum(ip + 12, 8));
}

}  // namespace hotlap
