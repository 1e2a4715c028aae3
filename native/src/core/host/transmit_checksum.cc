#include "core/host/transmit_checksum.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hotlap {

Failure setTransmitChecksumOffload(const std::string& interfaceName, bool on) {
  const std::string what =
      "Checksum offload of " + interfaceName + " could not be turned " + (on ? "on" : "off");
  if (interfaceName.empty() || interfaceName.size() >= IFNAMSIZ) {
    return failureOf(ENODEV, what, "`ip link` lists the interfaces");
  }
  const int socketFd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socketFd < 0) return failureOf(errno, what);
  // ETHTOOL_STXCSUM sets every transmit checksum feature that the device has; segmentation, which needs them,
  // follows.
  ethtool_value value = {ETHTOOL_STXCSUM, on ? 1U : 0U};
  ifreq request = {};
  memcpy(request.ifr_name, interfaceName.data(), interfaceName.size());
  request.ifr_data = reinterpret_cast<char*>(&value);
  const int result = ioctl(socketFd, SIOCETHTOOL, &request);
  const int error = errno;
  close(socketFd);
  if (result == 0) return {};
  return failureOf(error, what,
                   error == EPERM    ? "it needs root (CAP_NET_ADMIN)"
                   : error == ENODEV ? "`ip link` lists the interfaces"
                                     : "its driver leaves no choice");
}

}  // namespace hotlap
