#include "lwip/next_hop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if_arp.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>

namespace hotlap {

namespace {

constexpr unsigned routeUp = 0x1, routeGateway = 0x2;

/// Looks at each line behind the first of a table of this thread's network namespace (proc(5)).
template <typename Look>
void eachLine(const char* table, const Look& look) {
  FILE* file = std::fopen(table, "re");
  if (file == nullptr) return;
  char line[256];
  bool first = true;
  while (std::fgets(line, sizeof line, file) != nullptr) {
    if (!first) look(line);
    first = false;
  }
  std::fclose(file);
}

/// The longest prefix that leads there. @returns whether there is one
bool route(const std::string& interface, uint32_t to, uint32_t& hop) {
  uint32_t longest = 0;
  bool found = false;
  eachLine("/proc/thread-self/net/route", [&](const char* line) {
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

bool neighbour(const std::string& interface, uint32_t hop, uint8_t* mac) {
  bool found = false;
  eachLine("/proc/thread-self/net/arp", [&](const char* line) {
    char ip[64], device[64];
    unsigned flags = 0, bytes[6];
    if (std::sscanf(line, "%63s 0x%*x 0x%x %x:%x:%x:%x:%x:%x %*s %63s", ip, &flags, &bytes[0], &bytes[1],
                    &bytes[2], &bytes[3], &bytes[4], &bytes[5], device) != 9) {
      return;
    }
    in_addr entry;
    if (inet_pton(AF_INET, ip, &entry) != 1 || ntohl(entry.s_addr) != hop || (flags & ATF_COM) == 0 ||
        interface != device) {
      return;
    }
    for (int n = 0; n < 6; ++n) mac[n] = static_cast<uint8_t>(bytes[n]);
    found = true;
  });
  return found;
}

/// An empty datagram to the discard port (RFC 863): the kernel has to know the hop to send it.
void provoke(uint32_t hop) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return;
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(9);
  to.sin_addr.s_addr = htonl(hop);
  sendto(fd, nullptr, 0, MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  close(fd);
}

}  // namespace

int nextHop(const std::string& interface, uint32_t to, uint32_t gateway, uint8_t* mac) {
  uint32_t hop = gateway;
  if (hop == 0 && !route(interface, to, hop)) return ENETUNREACH;
  if (neighbour(interface, hop, mac)) return 0;
  provoke(hop);
  for (int tries = 0; tries < 50; ++tries) {
    const timespec pause = {0, 2'000'000};
    nanosleep(&pause, nullptr);
    if (neighbour(interface, hop, mac)) return 0;
  }
  return EHOSTUNREACH;
}

}  // namespace hotlap
