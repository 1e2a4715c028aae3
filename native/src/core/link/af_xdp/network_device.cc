#include "core/link/af_xdp/network_device.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include "core/host/ethtool_ioctl.h"
#include "core/host/netlink.h"
#include "core/socket/address.h"

namespace hotlap {

namespace {

/// @returns 0, or an errno
int askNetlink(NetworkDevice& device) {
  const Descriptor socket = netlink::open(NETLINK_ROUTE);
  if (!socket.isOpen()) return errno;
  const ifinfomsg any = {};
  ifinfomsg link = {};
  const netlink::Question byName(RTM_GETLINK, any, IFLA_IFNAME, device.name.c_str(), device.name.size() + 1);
  const auto read = [&](uint16_t type, const nlattr* attribute) {
    if (type == IFLA_MTU) device.mtuBytes = netlink::valueOf<uint32_t>(attribute);
    if (type == IFLA_NUM_RX_QUEUES) device.receiveQueues = netlink::valueOf<uint32_t>(attribute);
    if (type == IFLA_XDP) device.xdpProgram = netlink::attachedProgram(attribute);
  };
  if (const int error = byName.ask(socket, read, &link)) return error;
  device.index = static_cast<uint32_t>(link.ifi_index);
  device.up = (link.ifi_flags & IFF_UP) != 0;
  return 0;
}

}  // namespace

Failure findNetworkDevice(const std::string& interface, NetworkDevice& device) {
  device = {};
  in_addr address;
  device.name = parseIpv4(interface, address) ? interfaceOf(address).name : interface;
  const Failure missing = {"ENODEV", "There is no interface " + interface +
                                         " here; `ip -br addr` lists the interfaces and their addresses."};
  if (device.name.empty() || device.name.size() >= IFNAMSIZ) return missing;
  if (const int error = askNetlink(device)) {
    return error == ENODEV ? missing : failureOf(error, "The interface " + interface + " could not be asked");
  }

  const EthtoolIoctl ethtool(device.name);
  ethtool_drvinfo driver = {};
  if (ethtool.ask(ETHTOOL_GDRVINFO, driver))
    device.driver.assign(driver.driver, strnlen(driver.driver, sizeof driver.driver));
  if (device.driver.empty()) device.driver = "unknown driver";
  // Of the queues that the driver could have, those in use.
  ethtool_channels channels = {};
  if (ethtool.ask(ETHTOOL_GCHANNELS, channels) && channels.rx_count + channels.combined_count > 0) {
    device.receiveQueues = channels.rx_count + channels.combined_count;
  }
  return {};
}

}  // namespace hotlap
