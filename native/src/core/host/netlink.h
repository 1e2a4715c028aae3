// Questions to the kernel over netlink, with one attribute, and the attributes of their answers.
#pragma once

#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/host/descriptor.h"

namespace hotlap::netlink {

inline constexpr size_t answerBytes = 32 << 10;
/// The kernel answers in the same call; an answer that never comes ends the wait.
inline constexpr timeval answerTimeout = {1, 0};

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

template <typename Visit>
void eachNested(const nlattr* attribute, Visit visit) {
  const auto* at = reinterpret_cast<const char*>(attribute) + NLA_HDRLEN;
  eachAttribute(at, attribute->nla_len - NLA_HDRLEN, visit);
}

/// Number of the program that IFLA_XDP tells of; of several, the first mode's; 0: none.
inline uint32_t attachedProgram(const nlattr* xdp) {
  uint32_t program = 0;
  eachNested(xdp, [&](uint16_t kind, const nlattr* value) {
    // IFLA_XDP_PROG_ID stands only where one mode has a program; the others name each mode's.
    if (kind >= IFLA_XDP_PROG_ID && kind <= IFLA_XDP_HW_PROG_ID && program == 0)
      program = valueOf<uint32_t>(value);
  });
  return program;
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

  /// @param answered the answer's own header, where it is wanted @returns 0, or an errno
  template <typename Visit>
  int ask(const Descriptor& netlink, Visit visit, Header* answered = nullptr) const {
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
    if (answered != nullptr) memcpy(answered, answer + NLMSG_HDRLEN, sizeof *answered);
    eachAttribute(answer + skipped, message->nlmsg_len - skipped, visit);
    return 0;
  }

 private:
  struct {
    nlmsghdr header;
    char body[128];
  } message_ = {};
};

inline Descriptor open(int protocol) {
  Descriptor netlink(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (netlink.isOpen()) {
    setsockopt(netlink.get(), SOL_SOCKET, SO_RCVTIMEO, &answerTimeout, sizeof answerTimeout);
  }
  return netlink;
}

}  // namespace hotlap::netlink
