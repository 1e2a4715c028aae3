#include "lwip/next_hop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <time.h>

#include <cstdio>

#include "core/host/descriptor.h"
#include "core/host/proc_table.h"
#include "core/link/mac_addresses.h"

namespace hotlap {

namespace {

constexpr unsigned routeUp = 0x1, routeGateway = 0x2;

/// The longest prefix that leads there. @returns whether there is one
bool route(const std::string& interface, uint32_t to, uint32_t& hop) {
  uint32_t longest = 0;
  bool found = false;
  eachLineOf("/proc/thread-self/net/route", [&](const char* line) {
    char device[64];
    // Addresses are printed as they lie in memory.
    unsigned network = 0, gateway = 0, flags = 0, mask = 0;
    if (std::sscanf(line, "%63s %x %x %x %*d %*u %*d %x", device, &network, &gateway, &flags, &mask) != 5)
      return;
    const uint32_t prefix = ntohl(mask);
    if (interface != device || (flags & routeUp) == 0 || (to & prefix) != ntohl(network)) return;
    if (found && prefix <= longest) return;
    found = true;
    longest = prefix;
    hop = (flags & routeGateway) != 0 ? ntohl(gateway) : to;
  });
  return found;
}

/// An empty datagram to the discard port (RFC 863): the kernel has to know the hop to send it.
void provoke(uint32_t hop) {
  const Descriptor sender(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!sender.isOpen()) return;
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(9);
  to.sin_addr.s_addr = htonl(hop);
  sendto(sender.get(), nullptr, 0, MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

}  // namespace

int nextHop(const std::string& interface, uint32_t to, uint32_t gateway, uint8_t* mac) {
  uint32_t hop = gateway;
  if (hop == 0 && !route(interface, to, hop)) return ENETUNREACH;
  if (neighbourMac(interface, {htonl(hop)}, mac)) return 0;
  provoke(hop);
  for (int tries = 0; tries < 50; ++tries) {
    const timespec pause = {0, 2'000'000};
    nanosleep(&pause, nullptr);
    if (neighbourMac(interface, {htonl(hop)}, mac)) return 0;
  }
  return EHOSTUNREACH;
}

}  // namespace hotlap
