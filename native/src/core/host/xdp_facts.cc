#include "core/host/xdp_facts.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "core/host/netlink.h"

namespace hotlap {

namespace {

// linux/netdev.h of Linux 6.3 and newer; the headers may be older than the kernel.
constexpr char netdevFamily[] = "netdev";
constexpr uint8_t netdevGet = 1;                                    // NETDEV_CMD_DEV_GET
constexpr uint16_t netdevIndex = 1;                                 // NETDEV_A_DEV_IFINDEX
constexpr uint16_t netdevXdpFeatures = 3;                           // NETDEV_A_DEV_XDP_FEATURES
constexpr uint16_t netdevMetadataFeatures = 5;                      // NETDEV_A_DEV_XDP_RX_METADATA_FEATURES
constexpr uint64_t actBasic = 1, actRedirect = 2, actZeroCopy = 8;  // NETDEV_XDP_ACT_*
constexpr uint64_t hintTimestamp = 1, hintVlan = 4;                 // NETDEV_XDP_RX_METADATA_*

int readAttached(uint32_t index, XdpFacts& facts) {
  const Descriptor socket = netlink::open(NETLINK_ROUTE);
  if (!socket.isOpen()) return errno;
  ifinfomsg link = {};
  link.ifi_index = static_cast<int>(index);
  return netlink::Question(RTM_GETLINK, link, 0, nullptr, 0)
      .ask(socket, [&](uint16_t type, const nlattr* attribute) {
        if (type != IFLA_XDP) return;
        netlink::eachNested(attribute, [&](uint16_t kind, const nlattr* value) {
          if (kind == IFLA_XDP_ATTACHED) facts.attached = netlink::valueOf<uint8_t>(value);
        });
        facts.program = netlink::attachedProgram(attribute);
      });
}

/// Left empty where the kernel has no such family, or not of this device.
void readFeatures(uint32_t index, XdpFacts& facts) {
  const Descriptor socket = netlink::open(NETLINK_GENERIC);
  if (!socket.isOpen()) return;
  uint16_t family = 0;
  const genlmsghdr find = {CTRL_CMD_GETFAMILY, 1, 0};
  const netlink::Question byName(GENL_ID_CTRL, find, CTRL_ATTR_FAMILY_NAME, netdevFamily,
                                 sizeof netdevFamily);
  byName.ask(socket, [&](uint16_t type, const nlattr* attribute) {
    if (type == CTRL_ATTR_FAMILY_ID) family = netlink::valueOf<uint16_t>(attribute);
  });
  if (family == 0) return;
  uint64_t features = 0, hints = 0;
  const genlmsghdr get = {netdevGet, 1, 0};
  const int error = netlink::Question(family, get, netdevIndex, &index, sizeof index)
                        .ask(socket, [&](uint16_t type, const nlattr* attribute) {
                          if (type == netdevXdpFeatures) features = netlink::valueOf<uint64_t>(attribute);
                          if (type == netdevMetadataFeatures) hints = netlink::valueOf<uint64_t>(attribute);
                        });
  if (error != 0) return;
  facts.features = {(features & actBasic) != 0, (features & actRedirect) != 0, (features & actZeroCopy) != 0,
                    (hints & hintTimestamp) != 0, (hints & hintVlan) != 0};
}

}  // namespace

Failure readXdpFacts(uint32_t interfaceIndex, XdpFacts& facts) {
  facts = {};
  if (const int error = readAttached(interfaceIndex, facts)) {
    return failureOf(error, "The kernel does not tell which XDP program is attached");
  }
  readFeatures(interfaceIndex, facts);
  return {};
}

}  // namespace hotlap
