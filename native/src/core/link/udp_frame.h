// Ethernet II (802.1Q and QinQ tags), IPv4 and UDP down to the datagram's payload. Live frames and recordings
// go through the same code, but for the checksums: a capture made on the sending host, or behind a card with
// receive offload, holds frames whose checksums nobody has filled in, so recordings do not verify them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/link/frame_layout.h"

namespace hotlap {

/** Link types of a capture file that carry IPv4 (tcpdump.org/linktypes.html); `any` is captured as cooked. */
inline constexpr uint32_t kLinkTypeEthernet = 1;
inline constexpr uint32_t kLinkTypeRaw = 101;
inline constexpr uint32_t kLinkTypeCooked = 113;
inline constexpr uint32_t kLinkTypeIpv4 = 228;
inline constexpr uint32_t kLinkTypeCooked2 = 276;

/** Around a datagram's payload, without VLAN tags or IP options. */
inline constexpr size_t kUdpFrameHeaders = kEthernetHeader + kIpv4Header + kUdpHeader;

struct UdpDatagram {
  /** Known of a fragment too. */
  uint32_t group;
  uint16_t port;
  const uint8_t* payload;
  size_t size;
  /** The IPv4 header, whose length its first byte tells. */
  const uint8_t* ip;
};

enum class FrameResult {
  datagram,
  /** Another protocol: not ours to judge. */
  other,
  /** Cut short or inconsistent. */
  malformed,
  /** Feeds never fragment, and a part of a datagram is no packet. */
  fragment,
};

FrameResult parseUdpFrame(const uint8_t* frame, size_t size, uint32_t linkType, UdpDatagram& out);

/** Of a datagram that was parsed: the header's checksum (RFC 791) and, unless it says 0, UDP's (RFC 768). */
bool checksumsMatch(const UdpDatagram& datagram);

}  // namespace hotlap
