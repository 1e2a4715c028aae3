#include "core/socket/udp_receiver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <unistd.h>

#include "core/host/clock.h"
#include "core/host/host.h"
#include "core/socket/accelerator.h"
#include "core/socket/address.h"

namespace hotlap {

namespace {

bool enable(int fd, int level, int option, int value = 1) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

}  // namespace

UdpReceiver::~UdpReceiver() { close(); }

void UdpReceiver::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  count_ = 0;
}

Failure UdpReceiver::open(const UdpReceiverOptions& options) {
  close();
  if (!options.creditFile.empty()) {
    if (Failure failure = credit_.open(options.creditFile)) return failure;
  }
  if (Failure failure = bindAndJoin(options)) {
    close();
    return failure;
  }
  sizeBuffer(options.receiveBufferBytes);

  // Value-initialised: every page is touched here, none in the loop.
  buffers_ = std::make_unique<uint8_t[]>(burst * datagramBytes);
  control_ = std::make_unique<uint8_t[]>(burst * controlBytes);
  memset(headers_, 0, sizeof headers_);
  for (int index = 0; index < burst; ++index) {
    vectors_[index] = {buffers_.get() + index * datagramBytes, datagramBytes};
    headers_[index].msg_hdr.msg_iov = &vectors_[index];
    headers_[index].msg_hdr.msg_iovlen = 1;
    headers_[index].msg_hdr.msg_control = control_.get() + index * controlBytes;
    headers_[index].msg_hdr.msg_controllen = controlBytes;
    if (options.keepsSource) {
      headers_[index].msg_hdr.msg_name = &sources_[index];
      headers_[index].msg_hdr.msg_namelen = sizeof sources_[index];
    }
  }
  if (credit_.isOpen()) {
    credit_->receiveBufferBytes.store(static_cast<uint64_t>(effectiveBufferBytes_),
                                      std::memory_order_relaxed);
    credit_->consumed.store(0, std::memory_order_relaxed);
    credit_->generation.fetch_add(1, std::memory_order_release);
  }
  return {};
}

Failure UdpReceiver::bindAndJoin(const UdpReceiverOptions& options) {
  sockaddr_in address;
  if (Failure failure = resolveIpv4(options.group, options.port, "the feed's group", address)) return failure;
  const bool multicast = isMulticast(address.sin_addr);
  const std::string where = addressText(address.sin_addr, options.port);

  enterAccelerator();
  madeOn_ = threadId();
  fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return failureOf(errno, "No UDP socket could be made");
  // Several receivers may share a group; on a unicast address a second one would take the first one's
  // packets.
  if (multicast) enable(fd_, SOL_SOCKET, SO_REUSEADDR);
  // Without this, a socket also gets groups that other sockets of the machine have joined (ip(7)).
  if (multicast) enable(fd_, IPPROTO_IP, IP_MULTICAST_ALL, 0);
  enable(fd_, SOL_SOCKET, SO_RXQ_OVFL);
  enable(fd_, SOL_SOCKET, SO_TIMESTAMPNS);
  if (options.keepsSource) enable(fd_, IPPROTO_IP, IP_RECVTTL);

  if (bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    const char* remedy =
        error == EADDRINUSE      ? "stop the program that uses it (`ss -lunp`) or choose another port"
        : error == EADDRNOTAVAIL ? "give a multicast group or an address of this machine (`ip addr`)"
                                 : "";
    return failureOf(error, "The feed could not be received on " + where, remedy);
  }
  socklen_t length = sizeof address;
  sockaddr_in bound;
  getsockname(fd_, reinterpret_cast<sockaddr*>(&bound), &length);
  port_ = ntohs(bound.sin_port);
  if (!multicast) return {};

  Interface interface;
  if (Failure failure =
          findInterface(options.interface, "by which the group " + where + " should be joined", interface)) {
    return failure;
  }
  ip_mreqn request = {};
  request.imr_multiaddr = address.sin_addr;
  request.imr_address = interface.address;
  request.imr_ifindex = static_cast<int>(interface.index);
  if (setsockopt(fd_, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) != 0) {
    return failureOf(errno, "The group " + where + " could not be joined on " + interface.name,
                     "check that the interface is up and that net.ipv4.igmp_max_memberships is not reached");
  }
  return {};
}

void UdpReceiver::sizeBuffer(int wantedBytes) {
  bufferWarning_.clear();
  if (wantedBytes > 0 && !enable(fd_, SOL_SOCKET, SO_RCVBUFFORCE, wantedBytes)) {
    enable(fd_, SOL_SOCKET, SO_RCVBUF, wantedBytes);
  }
  socklen_t length = sizeof effectiveBufferBytes_;
  getsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &effectiveBufferBytes_, &length);
  // The kernel doubles what is asked for, to pay its own overhead (socket(7)).
  if (effectiveBufferBytes_ / 2 >= wantedBytes) return;
  bufferWarning_ =
      "The receive buffer is " + std::to_string(effectiveBufferBytes_ / 2) + " bytes instead of " +
      std::to_string(wantedBytes) +
      ", so bursts may be lost; run `sysctl -w net.core.rmem_max=" + std::to_string(wantedBytes) +
      "` as root, or give the process CAP_NET_ADMIN.";
}

int UdpReceiver::receive(int64_t now) {
  // The kernel wrote into the last burst's headers; the rest still are as they were laid out.
  for (int index = 0; index < count_; ++index) headers_[index].msg_hdr.msg_controllen = controlBytes;
  if (count_ > 0 && credit_.isOpen()) credit_->consumed.store(packets_ + drops_, std::memory_order_release);
  count_ = 0;
  burstNs_ = now;
  ++calls_;
  const int received = recvmmsg(fd_, headers_, burst, MSG_DONTWAIT, nullptr);
  if (received <= 0) {
    // ECONNREFUSED is an ICMP answer to somebody's earlier packet, EINTR a signal: neither ends the feed.
    if (received == 0 || errno == EAGAIN || errno == EINTR || errno == ECONNREFUSED) return 0;
    return -errno;
  }
  burstNs_ = monotonicNs();
  count_ = received;
  packets_ += static_cast<uint64_t>(received);
  for (int index = 0; index < received; ++index) readControl(index);
  return received;
}

void UdpReceiver::readControl(int index) {
  msghdr& header = headers_[index].msg_hdr;
  kernelTimeNs_[index] = 0;
  timeToLive_[index] = 0;
  if (cut(index)) ++truncated_;
  for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
       control = CMSG_NXTHDR(&header, control)) {
    if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_TTL) {
      int left;
      memcpy(&left, CMSG_DATA(control), sizeof left);
      timeToLive_[index] = static_cast<uint8_t>(left);
    }
    if (control->cmsg_level != SOL_SOCKET) continue;
    if (control->cmsg_type == SCM_TIMESTAMPNS) {
      timespec time;
      memcpy(&time, CMSG_DATA(control), sizeof time);
      kernelTimeNs_[index] = toNs(time);
    } else if (control->cmsg_type == SO_RXQ_OVFL) {
      uint32_t counter;
      memcpy(&counter, CMSG_DATA(control), sizeof counter);
      countDrops(counter);
    }
  }
}

// The kernel's counter has 32 bits and wraps.
void UdpReceiver::countDrops(uint32_t counter) {
  const uint32_t more = counter - static_cast<uint32_t>(drops_);
  if (more < UINT32_C(1) << 31) drops_ += more;
}

uint64_t UdpReceiver::refreshKernelDrops() {
  uint32_t memory[SK_MEMINFO_VARS] = {};
  socklen_t length = sizeof memory;
  if (fd_ >= 0 && getsockopt(fd_, SOL_SOCKET, SO_MEMINFO, memory, &length) == 0 &&
      length > SK_MEMINFO_DROPS * sizeof memory[0]) {
    countDrops(memory[SK_MEMINFO_DROPS]);
  }
  return drops_;
}

TransportFacts UdpReceiver::facts() const {
  TransportFacts facts = kernelSocketFacts(fd_, "kernel UDP socket, busy-polled with recvmmsg", madeOn_);
  if (!bufferWarning_.empty()) facts.reason += ". " + bufferWarning_;
  facts.receiveBufferBytes = effectiveBufferBytes_;
  return facts;
}

}  // namespace hotlap
