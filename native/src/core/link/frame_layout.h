// Sizes and numbers of what lies in an Ethernet frame: Ethernet II, 802.1Q, ARP (RFC 826), IPv4 (RFC 791),
// UDP (RFC 768), TCP (RFC 9293).
#pragma once

#include <cstddef>
#include <cstdint>

namespace hotlap {

inline constexpr size_t kEthernetHeader = 14;
inline constexpr size_t kVlanTag = 4;
/** Without options. */
inline constexpr size_t kIpv4Header = 20;
inline constexpr size_t kUdpHeader = 8;
/** Without options. */
inline constexpr size_t kTcpHeader = 20;
/** For Ethernet and IPv4, the target's address last. */
inline constexpr size_t kArpPacket = 28;
inline constexpr size_t kArpTarget = 24;

inline constexpr uint16_t kEtherTypeIpv4 = 0x0800;
inline constexpr uint16_t kEtherTypeArp = 0x0806;

/** 802.1Q, 802.1ad, and what QinQ was before it. */
inline constexpr uint16_t kVlanTagTypes[] = {0x8100, 0x88a8, 0x9100};

constexpr bool isVlanTag(uint16_t etherType) {
  for (const uint16_t type : kVlanTagTypes) {
    if (etherType == type) return true;
  }
  return false;
}

}  // namespace hotlap
