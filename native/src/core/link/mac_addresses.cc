#include "core/link/mac_addresses.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstring>

#include "core/host/descriptor.h"
#include "core/host/proc_table.h"

namespace hotlap {

void multicastMac(uint32_t group, uint8_t* mac) {
  const uint8_t bytes[6] = {0x01,
                            0x00,
                            0x5e,
                            static_cast<uint8_t>(group >> 16 & 0x7f),
                            static_cast<uint8_t>(group >> 8),
                            static_cast<uint8_t>(group)};
  std::memcpy(mac, bytes, sizeof bytes);
}

Failure interfaceMac(const std::string& interface, uint8_t* mac) {
  const Descriptor any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!any.isOpen()) return failureOf(errno, "No socket could be made");
  ifreq request = {};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  if (ioctl(any.get(), SIOCGIFHWADDR, &request) != 0)
    return failureOf(errno, "The MAC address of " + interface + " could not be read");
  if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER) {
    return {"EOPNOTSUPP", "The interface " + interface +
                              " carries no Ethernet, so frames cannot be sent by it; name another, or send "
                              "through the kernel."};
  }
  std::memcpy(mac, request.ifr_hwaddr.sa_data, 6);
  return {};
}

bool neighbourMac(const std::string& interface, in_addr neighbour, uint8_t* mac) {
  bool found = false;
  // IP address, HW type, Flags, HW address, Mask, Device.
  eachLineOf("/proc/thread-self/net/arp", [&](const char* line) {
    char ip[64], device[64];
    unsigned flags = 0, bytes[6];
    if (std::sscanf(line, "%63s 0x%*x 0x%x %x:%x:%x:%x:%x:%x %*s %63s", ip, &flags, &bytes[0], &bytes[1],
                    &bytes[2], &bytes[3], &bytes[4], &bytes[5], device) != 9) {
      return;
    }
    in_addr entry;
    if (inet_pton(AF_INET, ip, &entry) != 1 || entry.s_addr != neighbour.s_addr || (flags & ATF_COM) == 0 ||
        interface != device) {
      return;
    }
    for (int n = 0; n < 6; ++n) mac[n] = static_cast<uint8_t>(bytes[n]);
    found = true;
  });
  return found;
}

}  // namespace hotlap
