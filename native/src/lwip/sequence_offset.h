// lwIP's initial sequence numbers count up from 6510 and can be guessed. At the device boundary each
// connection gets an offset that depends on its addresses and on a secret, as RFC 6528 makes initial sequence
// numbers: added to what leaves, taken off what is acknowledged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/link/big_endian.h"
#include "core/link/internet_checksum.h"

namespace hotlap {

struct SequenceSecret {
  uint64_t key[2];
};

/// SipHash-2-4 (Aumasson and Bernstein) of addresses and ports as they lie in a segment.
inline uint32_t sequenceOffset(const SequenceSecret& secret, uint64_t addresses, uint32_t ports) {
  const auto rotated = [](uint64_t value, int by) { return value << by | value >> (64 - by); };
  uint64_t v0 = secret.key[0] ^ 0x736f6d6570736575, v1 = secret.key[1] ^ 0x646f72616e646f6d;
  uint64_t v2 = secret.key[0] ^ 0x6c7967656e657261, v3 = secret.key[1] ^ 0x7465646279746573;
  const auto round = [&] {
    v0 += v1, v1 = rotated(v1, 13) ^ v0, v0 = rotated(v0, 32);
    v2 += v3, v3 = rotated(v3, 16) ^ v2;
    v0 += v3, v3 = rotated(v3, 21) ^ v0;
    v2 += v1, v1 = rotated(v1, 17) ^ v2, v2 = rotated(v2, 32);
  };
  const auto absorb = [&](uint64_t word) {
    v3 ^= word;
    round(), round();
    v0 ^= word;
  };
  absorb(addresses);
  absorb(ports | uint64_t{12} << 56);
  v2 ^= 0xff;
  round(), round(), round(), round();
  return static_cast<uint32_t>(v0 ^ v1 ^ v2 ^ v3);
}

/// Adds to a 32-bit field of a segment; the checksum follows without a look at the rest (RFC 1624, eqn. 3).
inline void addToField(uint8_t* field, uint8_t* checksum, uint32_t offset) {
  uint16_t sum;
  std::memcpy(&sum, checksum, sizeof sum);
  uint8_t before[4];
  for (int n = 0; n < 4; ++n) before[n] = static_cast<uint8_t>(~field[n]);
  putBe32(field, be32(field) + offset);
  const uint64_t changed =
      internetSum(field, 4, internetSum(before, sizeof before, static_cast<uint16_t>(~sum)));
  sum = static_cast<uint16_t>(~internetFold(changed));
  std::memcpy(checksum, &sum, sizeof sum);
}

/// @param ip an IPv4 header of 20 bytes with a whole TCP header behind it
inline void hideSequence(const SequenceSecret& secret, uint8_t* ip) {
  uint8_t* tcp = ip + 20;
  // Addresses and ports are those of the way in: remote first.
  const uint64_t addresses = uint64_t{be32(ip + 16)} << 32 | be32(ip + 12);
  const uint32_t ports = uint32_t{be16(tcp + 2)} << 16 | be16(tcp);
  addToField(tcp + 4, tcp + 16, sequenceOffset(secret, addresses, ports));
}

inline void revealAcknowledgement(const SequenceSecret& secret, uint8_t* ip) {
  uint8_t* tcp = ip + 20;
  const uint64_t addresses = uint64_t{be32(ip + 12)} << 32 | be32(ip + 16);
  const uint32_t ports = uint32_t{be16(tcp)} << 16 | be16(tcp + 2);
  addToField(tcp + 8, tcp + 16, 0u - sequenceOffset(secret, addresses, ports));
}

}  // namespace hotlap
