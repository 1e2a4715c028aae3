// Ethernet II (802.1Q and QinQ tags), IPv4 and UDP down to the datagram's payload.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hotlap {

/** Link types of a pcap file that carry IPv4 (tcpdump.org/linktypes.html). */
inline constexpr uint32_t kLinkTypeEthernet = 1;
inline constexpr uint32_t kLinkTypeRaw = 101;

struct UdpDatagram {
  uint32_t group;
  uint16_t port;
  const uint8_t* payload;
  size_t size;
};

enum class FrameResult {
  datagram,
  /** Another protocol: not ours to judge. */
  other,
  /** Cut short, inconsistent, or a fragment: feeds never fragment, and half a datagram is no packet. */
  malformed,
};

FrameResult parseUdpFrame(const uint8_t* frame, size_t size, uint32_t linkType, UdpDatagram& out);

}  // namespace hotlap
