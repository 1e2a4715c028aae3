// Which frames lwIP gets to see. Debian's forwards packets (IP_FORWARD), puts fragments together, and knows
// more protocols than are wanted here: what is not ARP, an echo request or TCP to our own address stays
// outside.
#pragma once

#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/link/big_endian.h"
#include "core/link/frame_layout.h"

namespace hotlap {

enum class FrameKind : uint8_t { foreign, arp, echoRequest, segment };

namespace tcp_flag {
constexpr uint8_t fin = 0x01, syn = 0x02, rst = 0x04, ack = 0x10;
}

struct OwnAddresses {
  uint8_t mac[6];
  /// In host byte order.
  uint32_t address;
  /// The address is the kernel's, too: it answers ARP and ICMP.
  bool shared;
};

/// @param size of what counts, without the padding of short frames
inline FrameKind judgeFrame(const OwnAddresses& own, const uint8_t* frame, size_t& size) {
  constexpr uint8_t broadcast[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  // So long is ARP, and an IPv4 header with the shortest behind it that is wanted, an echo request.
  constexpr size_t leastBytes = kArpPacket;
  if (size < kEthernetHeader + leastBytes) return FrameKind::foreign;
  const bool toUs = std::memcmp(frame, own.mac, 6) == 0;
  const uint8_t* packet = frame + kEthernetHeader;
  const uint16_t type = be16(frame + 12);
  if (type == kEtherTypeArp) {
    // For Ethernet and IPv4, a request or an answer to us (RFC 826).
    if (own.shared || (!toUs && std::memcmp(frame, broadcast, 6) != 0)) return FrameKind::foreign;
    // Nobody's address is a group's (RFC 1812, 3.3.2).
    const bool wanted = (packet[8] & 1) == 0 && be32(packet) == 0x00010800 && be16(packet + 4) == 0x0604 &&
                        be32(packet + kArpTarget) == own.address && be32(packet + 14) != own.address;
    return wanted ? FrameKind::arp : FrameKind::foreign;
  }
  if (type != kEtherTypeIpv4 || !toUs || packet[0] != 0x45) return FrameKind::foreign;
  const size_t length = be16(packet + 2);
  if (length < leastBytes || length > size - kEthernetHeader) return FrameKind::foreign;
  const uint32_t from = be32(packet + 12);
  const bool fragment = (be16(packet + 6) & 0x3fff) != 0;
  const bool fromOneHost = from != 0 && from != own.address && from >> 28 < 0xe && from >> 24 != 127;
  if (fragment || !fromOneHost || be32(packet + 16) != own.address) return FrameKind::foreign;
  size = kEthernetHeader + length;
  if (packet[9] == IPPROTO_ICMP)
    return !own.shared && packet[20] == 8 ? FrameKind::echoRequest : FrameKind::foreign;
  if (packet[9] != IPPROTO_TCP || length < kIpv4Header + kTcpHeader) return FrameKind::foreign;
  const size_t headerBytes = size_t{packet[32]} >> 4 << 2;
  return headerBytes >= kTcpHeader && headerBytes <= length - kIpv4Header ? FrameKind::segment
                                                                          : FrameKind::foreign;
}

}  // namespace hotlap
