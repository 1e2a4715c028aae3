// Frames damaged on their way, with and without checksums that say so.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "check.h"
#include "fuzz_input.h"

namespace hotlap::test {

inline uint32_t word16(const Bytes& bytes, size_t at) { return uint32_t{bytes[at]} << 8 | bytes[at + 1]; }

inline void put16(Bytes& bytes, size_t at, uint32_t value) {
  bytes[at] = static_cast<uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<uint8_t>(value);
}

/// An 802.1Q tag, or two.
inline void tag(Random& random, Bytes& frame) {
  for (uint32_t tags = 1 + random.below(2); tags > 0; --tags) {
    const uint8_t bytes[] = {0x81, 0, 0, static_cast<uint8_t>(random.next())};
    frame.insert(frame.begin() + 12, bytes, bytes + sizeof bytes);
  }
}

/// The packet lies, in frames that are in order.
inline void mutatePayload(Random& random, Bytes& payload) {
  switch (random.below(9)) {
    case 0:
      payload[10 + random.below(8)] ^= static_cast<uint8_t>(1u << random.below(8));
      break;
    case 1:
      put16(payload, 18, static_cast<uint32_t>(random.below(3) == 0 ? 0xffff : random.next()));
      break;
    case 2:
      payload[19] ^= static_cast<uint8_t>(1 + random.below(7));
      break;
    case 3:
      payload.resize(random.below(static_cast<uint32_t>(payload.size()) + 1));
      break;
    case 4:
      payload.insert(payload.end(), 1 + random.below(9), 0x41);
      break;
    case 5:
      payload[random.below(10)] ^= 1;
      break;
    case 6:
      if (payload.size() > 22) payload[21] ^= static_cast<uint8_t>(1u << random.below(8));
      break;
    case 7:
      if (payload.size() > 23) payload[22] = static_cast<uint8_t>("AFECXDURPQHZ"[random.below(12)]);
      break;
    default:
      mutate(random, payload);
  }
  payload.resize(std::min<size_t>(payload.size(), 1'472));
}

/// Where the IPv4 header of a whole, unfragmented UDP datagram begins; 0: it is none.
inline size_t datagramAt(const Bytes& frame) {
  size_t at = 12;
  for (int tags = 0; tags < 3; ++tags, at += 4) {
    if (frame.size() < at + 2) return 0;
    const uint32_t type = word16(frame, at);
    if (type == 0x0800) break;
    if (tags == 2 || (type != 0x8100 && type != 0x88a8 && type != 0x9100)) return 0;
  }
  const size_t ip = at + 2;
  if (frame.size() < ip + 20 || frame[ip] >> 4 != 4 || frame[ip + 9] != 17) return 0;
  const size_t header = (frame[ip] & 15u) * 4u;
  const size_t total = word16(frame, ip + 2);
  if (header < 20 || total < header + 8 || ip + total > frame.size()) return 0;
  if ((word16(frame, ip + 6) & 0x3fff) != 0) return 0;
  const size_t length = word16(frame, ip + header + 4);
  return length >= 8 && length <= total - header ? ip : 0;
}

/// RFC 1071, as plainly as it can be written.
inline uint32_t onesSum(const Bytes& bytes, size_t from, size_t size, uint32_t sum) {
  for (size_t at = 0; at < size; ++at)
    sum += at % 2 == 0 ? uint32_t{bytes[from + at]} << 8 : bytes[from + at];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

inline uint32_t udpSum(const Bytes& frame, size_t ip) {
  const size_t udp = ip + (frame[ip] & 15u) * 4u;
  const uint32_t length = word16(frame, udp + 4);
  const uint32_t pseudo = onesSum(frame, ip + 12, 8, 17 + length);
  return onesSum(frame, udp, length, pseudo);
}

/// A datagram of the feed that its checksums speak against.
inline bool isBadDatagram(const Bytes& frame, uint32_t group, uint16_t port) {
  const size_t ip = datagramAt(frame);
  if (ip == 0) return false;
  const size_t header = (frame[ip] & 15u) * 4u;
  if ((word16(frame, ip + 16) << 16 | word16(frame, ip + 18)) != group) return false;
  if (word16(frame, ip + header + 2) != port) return false;
  if (onesSum(frame, ip, header, 0) != 0xffff) return true;
  return word16(frame, ip + header + 6) != 0 && udpSum(frame, ip) != 0xffff;
}

/// Makes the checksums say what the bytes are, or that nobody has said anything.
inline void repairChecksums(Random& random, Bytes& frame) {
  const size_t ip = datagramAt(frame);
  if (ip == 0) return;
  const size_t header = (frame[ip] & 15u) * 4u;
  put16(frame, ip + 10, 0);
  put16(frame, ip + 10, 0xffff ^ onesSum(frame, ip, header, 0));
  put16(frame, ip + header + 6, 0);
  if (random.below(2) == 0) return;
  const uint32_t sum = 0xffff ^ udpSum(frame, ip);
  put16(frame, ip + header + 6, sum == 0 ? 0xffff : sum);
}

inline void mutateFrame(Random& random, Bytes& frame) {
  if (random.below(3) != 0) mutate(random, frame);
  if (random.below(8) == 0 && frame.size() > 34) frame[30] ^= 1;
  if (random.below(4) != 0) repairChecksums(random, frame);
}

}  // namespace hotlap::test
