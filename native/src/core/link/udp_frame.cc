#include "core/link/udp_frame.h"

#include <netinet/in.h>

#include "core/link/big_endian.h"
#include "core/link/internet_checksum.h"

namespace hotlap {

namespace {

constexpr int kMaxVlanTags = 2;

struct LinkHeader {
  /// 0: there is none.
  size_t size;
  size_t etherTypeAt;
};

LinkHeader headerOf(uint32_t linkType) {
  switch (linkType) {
    case kLinkTypeEthernet:
      return {kEthernetHeader, 12};
    case kLinkTypeCooked:
      return {16, 14};
    case kLinkTypeCooked2:
      return {20, 0};
    default:
      return {0, 0};
  }
}

bool isRaw(uint32_t linkType) { return linkType == kLinkTypeRaw || linkType == kLinkTypeIpv4; }

}  // namespace

FrameResult parseUdpFrame(const uint8_t* frame, size_t size, uint32_t linkType, UdpDatagram& out) {
  size_t at = 0;
  if (const LinkHeader link = headerOf(linkType); link.size != 0) {
    if (size < link.size) return FrameResult::malformed;
    uint16_t etherType = be16(frame + link.etherTypeAt);
    at = link.size;
    for (int tags = 0; isVlanTag(etherType); ++tags) {
      if (tags == kMaxVlanTags) return FrameResult::other;
      if (size < at + kVlanTag) return FrameResult::malformed;
      etherType = be16(frame + at + 2);
      at += kVlanTag;
    }
    if (etherType != kEtherTypeIpv4) return FrameResult::other;
  } else if (!isRaw(linkType)) {
    return FrameResult::other;
  }
  const uint8_t* const ip = frame + at;
  const size_t left = size - at;

  if (left < kIpv4Header) return FrameResult::malformed;
  if (ip[0] >> 4 != 4) return isRaw(linkType) ? FrameResult::other : FrameResult::malformed;
  const size_t header = size_t{ip[0] & 0x0fu} * 4;
  const size_t total = be16(ip + 2);
  if (header < kIpv4Header || total < header || total > left) return FrameResult::malformed;
  if (ip[9] != IPPROTO_UDP) return FrameResult::other;
  out.group = be32(ip + 16);
  // More fragments, or an offset (RFC 791, 3.1).
  if ((be16(ip + 6) & 0x3fff) != 0) return FrameResult::fragment;

  const uint8_t* udp = ip + header;
  const size_t datagram = total - header;
  if (datagram < kUdpHeader) return FrameResult::malformed;
  const size_t length = be16(udp + 4);
  if (length < kUdpHeader || length > datagram) return FrameResult::malformed;
  out.port = be16(udp + 2);
  out.payload = udp + kUdpHeader;
  out.size = length - kUdpHeader;
  out.ip = ip;
  return FrameResult::datagram;
}

bool checksumsMatch(const UdpDatagram& datagram) {
  const size_t header = size_t{datagram.ip[0] & 0x0fu} * 4;
  if (internetFold(internetSum(datagram.ip, header)) != 0xffff) return false;
  const uint8_t* udp = datagram.payload - kUdpHeader;
  if (be16(udp + 6) == 0) return true;
  const size_t length = datagram.size + kUdpHeader;
  return internetFold(internetSum(udp, length, udpPseudoSum(datagram.ip, length))) == 0xffff;
}

}  // namespace hotlap
