#include "core/host/xdp_facts.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>

#include "core/host/descriptor.h"

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

constexpr size_t answerBytes = 32 << 10;
/// The kernel answers in the same call; an answer that never comes ends the wait.
constexpr timeval answerTimeout = {1, 0};

template <typename Value>
Value valueOf(const nlattr* attribute) {
  Value value = {};
  const size_t size = attribute->nla_len - NLA_HDRLEN;
  memcpy(&value, reinterpret_cast<const char*>(attribute) + NLA_HDRLEN, std::min(sizeof value, size));
  return value;
}

template <typename Visit>
void eachAttribute(const char* at, size_t bytes, Visit visit) {
  while (bytes >= NLA_HDRLEN) {
    const auto* attribute = reinterpret_cast<const nlattr*>(at);
    const size_t length = attribute->nla_len;
    if (length < NLA_HDRLEN || length > bytes) return;
    visit(static_cast<uint16_t>(attribute->nla_type & NLA_TYPE_MASK), attribute);
    const size_t step = std::min(size_t{NLA_ALIGN(length)}, bytes);
    at += step;
    bytes -= step;
  }
}

/// One question with one attribute, and its answer's attributes.
template <typename Header>
class Question {
 public:
  Question(uint16_t type, const Header& header, uint16_t attribute, const void* value, size_t bytes) {
    const size_t headerBytes = NLMSG_ALIGN(sizeof header);
    message_.header.nlmsg_len = static_cast<uint32_t>(NLMSG_HDRLEN + headerBytes);
    message_.header.nlmsg_type = type;
    message_.header.nlmsg_flags = NLM_F_REQUEST;
    memcpy(message_.body, &header, sizeof header);
    if (bytes == 0) return;
    nlattr head = {static_cast<uint16_t>(NLA_HDRLEN + bytes), attribute};
    memcpy(message_.body + headerBytes, &head, sizeof head);
    memcpy(message_.body + headerBytes + NLA_HDRLEN, value, bytes);
    message_.header.nlmsg_len += static_cast<uint32_t>(NLA_ALIGN(NLA_HDRLEN + bytes));
  }

  /// @returns 0, or an errno
  template <typename Visit>
  int ask(const Descriptor& netlink, Visit visit) const {
    if (send(netlink.get(), &message_, message_.header.nlmsg_len, 0) < 0) return errno;
    alignas(nlmsghdr) char answer[answerBytes];
    const ssize_t size = recv(netlink.get(), answer, sizeof answer, 0);
    if (size < 0) return errno;
    const auto* message = reinterpret_cast<const nlmsghdr*>(answer);
    if (!NLMSG_OK(message, static_cast<size_t>(size))) return EPROTO;
    if (message->nlmsg_type == NLMSG_ERROR) {
      return -static_cast<const nlmsgerr*>(NLMSG_DATA(message))->error;
    }
    const size_t skipped = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(Header));
    if (message->nlmsg_len < skipped) return EPROTO;
    eachAttribute(answer + skipped, message->nlmsg_len - skipped, visit);
    return 0;
  }

 private:
  struct {
    nlmsghdr header;
    char body[128];
  } message_ = {};
};

Descriptor openNetlink(int protocol) {
  Descriptor netlink(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (netlink.isOpen()) {
    setsockopt(netlink.get(), SOL_SOCKET, SO_RCVTIMEO, &answerTimeout, sizeof answerTimeout);
  }
  return netlink;
}

int readAttached(uint32_t index, XdpFacts& facts) {
  const Descriptor netlink = openNetlink(NETLINK_ROUTE);
  if (!netlink.isOpen()) return errno;
  ifinfomsg link = {};
  link.ifi_index = static_cast<int>(index);
  return Question(RTM_GETLINK, link, 0, nullptr, 0).ask(netlink, [&](uint16_t type, const nlattr* attribute) {
    if (type != IFLA_XDP) return;
    const auto* nested = reinterpret_cast<const char*>(attribute) + NLA_HDRLEN;
    eachAttribute(nested, attribute->nla_len - NLA_HDRLEN, [&](uint16_t kind, const nlattr* value) {
      if (kind == IFLA_XDP_ATTACHED) facts.attached = valueOf<uint8_t>(value);
      // IFLA_XDP_PROG_ID stands only where one mode has a program; the others name each mode's.
      if (kind >= IFLA_XDP_PROG_ID && kind <= IFLA_XDP_HW_PROG_ID && facts.program == 0) {
        facts.program = valueOf<uint32_t>(value);
      }
    });
  });
}

/// Left empty where the kernel has no such family, or not of this device.
void readFeatures(uint32_t index, XdpFacts& facts) {
  const Descriptor netlink = openNetlink(NETLINK_GENERIC);
  if (!netlink.isOpen()) return;
  uint16_t family = 0;
  const genlmsghdr find = {CTRL_CMD_GETFAMILY, 1, 0};
  const Question byName(GENL_ID_CTRL, find, CTRL_ATTR_FAMILY_NAME, netdevFamily, sizeof netdevFamily);
  byName.ask(netlink, [&](uint16_t type, const nlattr* attribute) {
    if (type == CTRL_ATTR_FAMILY_ID) family = valueOf<uint16_t>(attribute);
  });
  if (family == 0) return;
  uint64_t features = 0, hints = 0;
  const genlmsghdr get = {netdevGet, 1, 0};
  const int error = Question(family, get, netdevIndex, &index, sizeof index)
                        .ask(netlink, [&](uint16_t type, const nlattr* attribute) {
                          if (type == netdevXdpFeatures) features = valueOf<uint64_t>(attribute);
                          if (type == netdevMetadataFeatures) hints = valueOf<uint64_t>(attribute);
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
