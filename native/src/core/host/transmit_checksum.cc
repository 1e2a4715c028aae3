#include "core/host/transmit_checksum.h"

#include <errno.h>

#include "core/host/ethtool_ioctl.h"

namespace hotlap {

Failure setTransmitChecksumOffload(const std::string& interfaceName, bool on) {
  const std::string what =
      "Checksum offload of " + interfaceName + " could not be turned " + (on ? "on" : "off");
  if (interfaceName.empty() || interfaceName.size() >= IFNAMSIZ) {
    return failureOf(ENODEV, what, "`ip link` lists the interfaces");
  }
  const EthtoolIoctl ethtool(interfaceName);
  if (const int error = ethtool.openError()) return failureOf(error, what);
  // ETHTOOL_STXCSUM sets every transmit checksum feature that the device has; segmentation, which needs them,
  // follows.
  ethtool_value value = {};
  value.data = on ? 1U : 0U;
  if (ethtool.ask(ETHTOOL_STXCSUM, value)) return {};
  const int error = errno;
  return failureOf(error, what,
                   error == EPERM    ? "it needs root (CAP_NET_ADMIN)"
                   : error == ENODEV ? "`ip link` lists the interfaces"
                                     : "its driver leaves no choice");
}

}  // namespace hotlap
