#include "core/link/frame_flow.h"

#include <netinet/in.h>

#include <algorithm>

#include "core/link/big_endian.h"
#include "core/link/frame_layout.h"

namespace hotlap {

namespace {

FrameFlow::Kind kindOf(uint8_t protocol) {
  switch (protocol) {
    case IPPROTO_ICMP:
      return FrameFlow::Kind::icmp;
    case IPPROTO_TCP:
      return FrameFlow::Kind::tcp;
    case IPPROTO_UDP:
      return FrameFlow::Kind::udp;
  }
  return FrameFlow::Kind::other;
}

}  // namespace

FrameFlow flowOf(const uint8_t* frame, size_t size) {
  FrameFlow flow = {};
  size_t at = kEthernetHeader;
  if (size < at) return flow;
  uint16_t type = be16(frame + at - 2);
  for (int tag = 0; tag < 2 && isVlanTag(type); ++tag) {
    at += kVlanTag;
    if (size < at) return flow;
    type = be16(frame + at - 2);
  }
  const uint8_t* packet = frame + at;
  const size_t left = size - at;
  if (type == kEtherTypeArp && left >= kArpPacket) {
    flow.kind = FrameFlow::Kind::arp;
    flow.destination = be32(packet + kArpTarget);
    return flow;
  }
  if (type != kEtherTypeIpv4 || left < kIpv4Header || packet[0] >> 4 != 4) return flow;
  flow.kind = kindOf(packet[9]);
  flow.source = be32(packet + 12);
  flow.destination = be32(packet + 16);
  const size_t header = size_t{packet[0] & 15u} * 4;
  const bool fragment = (be16(packet + 6) & 0x3fff) != 0;
  const bool ports = flow.kind == FrameFlow::Kind::udp || flow.kind == FrameFlow::Kind::tcp;
  if (!ports || fragment || header < kIpv4Header || left < header + 4) return flow;
  flow.sourcePort = be16(packet + header);
  flow.destinationPort = be16(packet + header + 2);
  return flow;
}

bool wants(const FlowFilter& filter, const FrameFlow& flow) {
  const auto isHost = [&](uint32_t host) { return host == flow.destination; };
  switch (flow.kind) {
    case FrameFlow::Kind::udp:
      return std::any_of(filter.udp.begin(), filter.udp.end(), [&](const UdpFlow& wanted) {
        return wanted.address == flow.destination && wanted.port == flow.destinationPort;
      });
    case FrameFlow::Kind::tcp:
      if (std::any_of(filter.tcp.begin(), filter.tcp.end(), [&](const TcpFlow& wanted) {
            return wanted.remoteAddress == flow.source && wanted.localAddress == flow.destination &&
                   wanted.remotePort == flow.sourcePort && wanted.localPort == flow.destinationPort;
          })) {
        return true;
      }
      [[fallthrough]];
    case FrameFlow::Kind::arp:
    case FrameFlow::Kind::icmp:
      return std::any_of(filter.hosts.begin(), filter.hosts.end(), isHost);
    case FrameFlow::Kind::other:
      break;
  }
  return false;
}

}  // namespace hotlap
