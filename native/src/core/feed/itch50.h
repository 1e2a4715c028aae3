// TotalView-ITCH 5.0: the 23 message types, their exact lengths and the offsets of the fields that are read.
#pragma once

#include <array>
#include <cstdint>

#include "core/link/big_endian.h"
#include "core/ring/layout.h"

namespace hotlap::itch50 {

/** Length of each message type; 0: no such type. */
inline constexpr std::array<uint8_t, 256> kLengths = [] {
  std::array<uint8_t, 256> lengths{};
  lengths['S'] = 12;
  lengths['R'] = 39;
  lengths['H'] = 25;
  lengths['Y'] = 20;
  lengths['L'] = 26;
  lengths['V'] = 35;
  lengths['W'] = 12;
  lengths['K'] = 28;
  lengths['J'] = 35;
  lengths['h'] = 21;
  lengths['A'] = 36;
  lengths['F'] = 40;
  lengths['E'] = 31;
  lengths['C'] = 36;
  lengths['X'] = 23;
  lengths['D'] = 19;
  lengths['U'] = 35;
  lengths['P'] = 44;
  lengths['Q'] = 40;
  lengths['B'] = 19;
  lengths['I'] = 50;
  lengths['N'] = 20;
  lengths['O'] = 48;
  return lengths;
}();

/** Which interests want an event of each type (bits of layout::interest); 0: reference data, which is no
 * event. */
inline constexpr std::array<uint8_t, 256> kInterests = [] {
  std::array<uint8_t, 256> classes{};
  for (const char type : {'A', 'F', 'X', 'D', 'U', 'E', 'C'}) {
    classes[static_cast<uint8_t>(type)] = layout::interest::book | layout::interest::matching;
  }
  for (const char type : {'E', 'C', 'P', 'Q', 'B'})
    classes[static_cast<uint8_t>(type)] |= layout::interest::trade;
  for (const char type : {'S', 'H', 'h', 'Y', 'K', 'J', 'N', 'O', 'V', 'W'}) {
    classes[static_cast<uint8_t>(type)] = layout::interest::status;
  }
  classes['I'] = layout::interest::imbalance;
  return classes;
}();

/** Where each type has its stock; 0: it names none. */
inline constexpr std::array<uint8_t, 256> kStockOffsets = [] {
  std::array<uint8_t, 256> offsets{};
  for (const char type : {'R', 'H', 'h', 'Y', 'K', 'J', 'N', 'O'}) offsets[static_cast<uint8_t>(type)] = 11;
  offsets['L'] = 15;  // behind the MPID
  offsets['Q'] = 19;
  offsets['A'] = offsets['F'] = offsets['P'] = 24;
  offsets['I'] = 28;
  return offsets;
}();

/** System events and the market-wide circuit breaker concern every stock. */
inline bool isWholeFeed(uint8_t type) { return type == 'S' || type == 'V' || type == 'W'; }

inline bool wellFormed(const uint8_t* message, uint32_t length) {
  return length != 0 && kLengths[message[0]] == length;
}

// The header that every message begins with.
inline uint16_t stockLocate(const uint8_t* m) { return be16(m + 1); }
inline uint64_t timestampNs(const uint8_t* m) { return be48(m + 5); }

/** A, F, E, C, X, D, U and P carry the order reference number here (U: the original one). */
inline constexpr uint32_t kReferenceEnd = 19;
inline uint64_t orderReferenceNumber(const uint8_t* m) { return be64(m + 11); }

namespace add {  // A, F
inline uint8_t side(const uint8_t* m) { return m[19]; }
inline uint32_t shares(const uint8_t* m) { return be32(m + 20); }
inline uint32_t price(const uint8_t* m) { return be32(m + 32); }
}  // namespace add

namespace execute {  // E, and C behind it
inline uint32_t shares(const uint8_t* m) { return be32(m + 19); }
inline uint64_t match(const uint8_t* m) { return be64(m + 23); }
inline bool printable(const uint8_t* m) { return m[31] == 'Y'; }
inline uint32_t price(const uint8_t* m) { return be32(m + 32); }
}  // namespace execute

namespace cancel {  // X
inline uint32_t shares(const uint8_t* m) { return be32(m + 19); }
}  // namespace cancel

namespace replace {  // U
inline uint64_t newReference(const uint8_t* m) { return be64(m + 19); }
inline uint32_t shares(const uint8_t* m) { return be32(m + 27); }
inline uint32_t price(const uint8_t* m) { return be32(m + 31); }
}  // namespace replace

namespace trade {  // P
inline uint8_t side(const uint8_t* m) { return m[19]; }
inline uint32_t shares(const uint8_t* m) { return be32(m + 20); }
inline uint32_t price(const uint8_t* m) { return be32(m + 32); }
inline uint64_t match(const uint8_t* m) { return be64(m + 36); }
}  // namespace trade

namespace cross {  // Q
inline uint64_t shares(const uint8_t* m) { return be64(m + 11); }
inline uint32_t price(const uint8_t* m) { return be32(m + 27); }
inline uint64_t match(const uint8_t* m) { return be64(m + 31); }
inline uint8_t type(const uint8_t* m) { return m[39]; }
}  // namespace cross

namespace broken {  // B
inline uint64_t match(const uint8_t* m) { return be64(m + 11); }
}  // namespace broken

namespace imbalance {  // I
inline uint64_t pairedShares(const uint8_t* m) { return be64(m + 11); }
inline uint64_t shares(const uint8_t* m) { return be64(m + 19); }
inline uint8_t direction(const uint8_t* m) { return m[27]; }
inline uint32_t farPrice(const uint8_t* m) { return be32(m + 36); }
inline uint32_t nearPrice(const uint8_t* m) { return be32(m + 40); }
inline uint32_t referencePrice(const uint8_t* m) { return be32(m + 44); }
inline uint8_t crossType(const uint8_t* m) { return m[48]; }
}  // namespace imbalance

namespace status {
inline uint8_t tradingState(const uint8_t* m) { return m[19]; }             // H
inline uint8_t haltMarket(const uint8_t* m) { return m[19]; }               // h
inline uint8_t haltAction(const uint8_t* m) { return m[20]; }               // h
inline uint8_t regShoAction(const uint8_t* m) { return m[19]; }             // Y
inline uint8_t interest(const uint8_t* m) { return m[19]; }                 // N
inline uint8_t eligible(const uint8_t* m) { return m[19]; }                 // O
inline uint8_t ipoQualifier(const uint8_t* m) { return m[23]; }             // K
inline uint32_t ipoPrice(const uint8_t* m) { return be32(m + 24); }         // K
inline uint32_t collarReference(const uint8_t* m) { return be32(m + 19); }  // J
inline uint8_t breachedLevel(const uint8_t* m) { return m[11]; }            // W
inline uint8_t systemEvent(const uint8_t* m) { return m[11]; }              // S
}  // namespace status

}  // namespace hotlap::itch50
