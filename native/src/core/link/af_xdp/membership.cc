#include "core/link/af_xdp/membership.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

namespace hotlap {

int Membership::join(const std::vector<UdpFlow>& flows, uint32_t interfaceIndex, uint32_t& failed) {
  std::vector<uint32_t> groups;
  for (const UdpFlow& flow : flows) {
    if (IN_MULTICAST(flow.address)) groups.push_back(flow.address);
  }
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  for (const uint32_t group : groups) {
    failed = group;
    // Bound to no port, so that nothing is ever queued on it.
    Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ip_mreqn request = {};
    request.imr_multiaddr.s_addr = htonl(group);
    request.imr_ifindex = static_cast<int>(interfaceIndex);
    if (!socket.isOpen() ||
        setsockopt(socket.get(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) != 0) {
      return errno;
    }
    sockets_.push_back(std::move(socket));
  }
  return 0;
}

}  // namespace hotlap
