#include "core/link/af_xdp/network_device.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>

#include "core/host/descriptor.h"
#include "core/socket/address.h"

namespace hotlap {

namespace {

constexpr size_t answerBytes = 32 << 10;

template <typename Value>
Value valueOf(const rtattr* attribute) {
  Value value = {};
  memcpy(&value, RTA_DATA(attribute), std::min(sizeof value, size_t{RTA_PAYLOAD(attribute)}));
  return value;
}

void readLink(const nlmsghdr* message, NetworkDevice& device) {
  const auto* info = static_cast<const ifinfomsg*>(NLMSG_DATA(message));
  device.index = static_cast<uint32_t>(info->ifi_index);
  device.up = (info->ifi_flags & IFF_UP) != 0;
  auto left = static_cast<int>(IFLA_PAYLOAD(message));
  for (const rtattr* attribute = IFLA_RTA(info); RTA_OK(attribute, left);
       attribute = RTA_NEXT(attribute, left)) {
    if (attribute->rta_type == IFLA_MTU) device.mtuBytes = valueOf<uint32_t>(attribute);
    if (attribute->rta_type == IFLA_NUM_RX_QUEUES) device.receiveQueues = valueOf<uint32_t>(attribute);
    if ((attribute->rta_type & NLA_TYPE_MASK) != IFLA_XDP) continue;
    auto inner = static_cast<int>(RTA_PAYLOAD(attribute));
    for (const auto* xdp = static_cast<const rtattr*>(RTA_DATA(attribute)); RTA_OK(xdp, inner);
         xdp = RTA_NEXT(xdp, inner)) {
      // IFLA_XDP_PROG_ID stands only where one mode has a program; the others name each mode's.
      if (xdp->rta_type >= IFLA_XDP_PROG_ID && xdp->rta_type <= IFLA_XDP_HW_PROG_ID &&
          device.xdpProgram == 0) {
        device.xdpProgram = valueOf<uint32_t>(xdp);
      }
    }
  }
}

/// @returns 0, or an errno
int askNetlink(NetworkDevice& device) {
  const Descriptor netlink(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!netlink.isOpen()) return errno;
  struct {
    nlmsghdr header;
    ifinfomsg info;
    rtattr name;
    char text[IFNAMSIZ];
  } request = {};
  const size_t length = device.name.size() + 1;
  request.header.nlmsg_len =
      static_cast<uint32_t>(NLMSG_LENGTH(sizeof(ifinfomsg)) + RTA_ALIGN(RTA_LENGTH(length)));
  request.header.nlmsg_type = RTM_GETLINK;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.info.ifi_family = AF_UNSPEC;
  request.name.rta_type = IFLA_IFNAME;
  request.name.rta_len = static_cast<uint16_t>(RTA_LENGTH(length));
  memcpy(request.text, device.name.c_str(), length);
  if (send(netlink.get(), &request, request.header.nlmsg_len, 0) < 0) return errno;

  alignas(nlmsghdr) char answer[answerBytes];
  const ssize_t size = recv(netlink.get(), answer, sizeof answer, 0);
  if (size < 0) return errno;
  const auto* message = reinterpret_cast<const nlmsghdr*>(answer);
  if (!NLMSG_OK(message, static_cast<size_t>(size))) return EPROTO;
  if (message->nlmsg_type == NLMSG_ERROR) {
    return -static_cast<const nlmsgerr*>(NLMSG_DATA(message))->error;
  }
  readLink(message, device);
  return 0;
}

bool ethtool(const NetworkDevice& device, void* question) {
  const Descriptor any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request = {};
  memcpy(request.ifr_name, device.name.c_str(), device.name.size() + 1);
  request.ifr_data = static_cast<char*>(question);
  return any.isOpen() && ioctl(any.get(), SIOCETHTOOL, &request) == 0;
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

  ethtool_drvinfo driver = {};
  driver.cmd = ETHTOOL_GDRVINFO;
  if (ethtool(device, &driver))
    device.driver.assign(driver.driver, strnlen(driver.driver, sizeof driver.driver));
  if (device.driver.empty()) device.driver = "unknown driver";
  // Of the queues that the driver could have, those in use.
  ethtool_channels channels = {};
  channels.cmd = ETHTOOL_GCHANNELS;
  if (ethtool(device, &channels) && channels.rx_count + channels.combined_count > 0) {
    device.receiveQueues = channels.rx_count + channels.combined_count;
  }
  return {};
}

}  // namespace hotlap
