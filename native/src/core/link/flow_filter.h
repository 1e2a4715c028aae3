// What a device takes from the wire; everything else stays with the kernel.
#pragma once

#include <cstdint>
#include <vector>

namespace hotlap {

/// In host byte order. Datagrams to one address and port.
struct UdpFlow {
  uint32_t address;
  uint16_t port;
};

/// Segments of one connection, as they come in.
struct TcpFlow {
  uint32_t remoteAddress;
  uint32_t localAddress;
  uint16_t remotePort;
  uint16_t localPort;
};

struct FlowFilter {
  std::vector<UdpFlow> udp;
  std::vector<TcpFlow> tcp;
  /// Addresses that are ours and not the kernel's, in host byte order: their ARP, ICMP and TCP.
  std::vector<uint32_t> hosts;

  bool empty() const { return udp.empty() && tcp.empty() && hosts.empty(); }
};

}  // namespace hotlap
