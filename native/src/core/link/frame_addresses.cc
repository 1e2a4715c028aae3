#include "core/link/frame_addresses.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "core/socket/address.h"

namespace hotlap {

namespace {

/// 01:00:5e and the lower 23 bits of the group (RFC 1112, 6.4).
void multicastMac(uint32_t group, uint8_t* mac) {
  const uint8_t bytes[6] = {0x01,
                            0x00,
                            0x5e,
                            static_cast<uint8_t>(group >> 16 & 0x7f),
                            static_cast<uint8_t>(group >> 8),
                            static_cast<uint8_t>(group)};
  std::memcpy(mac, bytes, sizeof bytes);
}

FrameAddresses to(const sockaddr_in& peer) {
  FrameAddresses addresses{};
  addresses.destination = ntohl(peer.sin_addr.s_addr);
  addresses.port = ntohs(peer.sin_port);
  if (isMulticast(peer.sin_addr)) multicastMac(addresses.destination, addresses.destinationMac);
  return addresses;
}

Failure macOf(const std::string& interface, uint8_t* mac) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return failureOf(errno, "No socket could be made");
  ifreq request = {};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  const int error = ioctl(fd, SIOCGIFHWADDR, &request) == 0 ? 0 : errno;
  close(fd);
  if (error != 0) return failureOf(error, "The MAC address of " + interface + " could not be read");
  if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER) {
    return {"EOPNOTSUPP", "The interface " + interface +
                              " carries no Ethernet, so frames cannot be sent by it; name another, or send "
                              "through the kernel."};
  }
  std::memcpy(mac, request.ifr_hwaddr.sa_data, 6);
  return {};
}

/// The kernel's table, as text (proc(5), /proc/net/arp): IP address, HW type, Flags, HW address, Mask,
/// Device.
bool neighbour(const std::string& interface, in_addr address, uint8_t* mac) {
  FILE* table = std::fopen("/proc/net/arp", "re");
  if (table == nullptr) return false;
  char line[256];
  bool found = false;
  while (!found && std::fgets(line, sizeof line, table) != nullptr) {
    char ip[64], device[64];
    unsigned flags = 0, bytes[6];
    if (std::sscanf(line, "%63s 0x%*x 0x%x %x:%x:%x:%x:%x:%x %*s %63s", ip, &flags, &bytes[0], &bytes[1],
                    &bytes[2], &bytes[3], &bytes[4], &bytes[5], device) != 9) {
      continue;
    }
    in_addr entry;
    // Flag 2: the entry is complete (ATF_COM).
    if (inet_pton(AF_INET, ip, &entry) != 1 || entry.s_addr != address.s_addr || (flags & ATF_COM) == 0 ||
        interface != device) {
      continue;
    }
    for (int n = 0; n < 6; ++n) mac[n] = static_cast<uint8_t>(bytes[n]);
    found = true;
  }
  std::fclose(table);
  return found;
}

}  // namespace

FrameAddresses addressesOnWire(const sockaddr_in& peer) {
  FrameAddresses addresses = to(peer);
  // Locally administered (IEEE 802, the second bit of the first byte).
  addresses.sourceMac[0] = 0x02;
  if (!isMulticast(peer.sin_addr)) {
    addresses.destinationMac[0] = 0x02;
    addresses.destinationMac[5] = 0x01;
  }
  addresses.source = INADDR_LOOPBACK;
  return addresses;
}

Failure addressesOnInterface(const std::string& interface, const sockaddr_in& peer, FrameAddresses& out) {
  Interface by;
  if (Failure failure = findInterface(interface, "by which frames should leave", by)) return failure;
  if (by.address.s_addr == 0) {
    return {"EADDRNOTAVAIL", "The interface " + by.name +
                                 " has no IPv4 address, so the frames it sends would have none; give it one "
                                 "(`ip addr add ADDRESS/24 dev " +
                                 by.name + "`)."};
  }
  out = to(peer);
  out.source = ntohl(by.address.s_addr);
  if (Failure failure = macOf(by.name, out.sourceMac)) return failure;
  if (isMulticast(peer.sin_addr) || neighbour(by.name, peer.sin_addr, out.destinationMac)) return {};
  const std::string receiver = addressText(peer.sin_addr);
  return {"EHOSTUNREACH", "The MAC address of " + receiver + " on " + by.name +
                              " is not known; let the kernel find it (`ping -c 1 " + receiver +
                              "`), or send to a multicast group."};
}

}  // namespace hotlap
