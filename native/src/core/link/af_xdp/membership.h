// Multicast groups, joined on an interface for as long as this lives: the kernel answers the network's
// queries (IGMP) and opens the card's address filter, while the datagrams themselves are taken before its
// stack.
#pragma once

#include <cstdint>
#include <vector>

#include "core/host/descriptor.h"
#include "core/link/flow_filter.h"

namespace hotlap {

class Membership {
 public:
  /// @param failed the group that could not be joined @returns 0, or an errno
  int join(const std::vector<UdpFlow>& flows, uint32_t interfaceIndex, uint32_t& failed);

 private:
  /// A socket a group: net.ipv4.igmp_max_memberships limits each to 20.
  std::vector<Descriptor> sockets_;
};

}  // namespace hotlap
