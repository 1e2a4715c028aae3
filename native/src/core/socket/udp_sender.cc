#include "core/socket/udp_sender.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/socket/address.h"

namespace hotlap {

namespace {
constexpr int sendBufferBytes = 4 << 20;
}

UdpSender::~UdpSender() {
  if (fd_ >= 0) ::close(fd_);
}

Failure UdpSender::open(const std::string& group, int port, const std::string& interface) {
  sockaddr_in peer;
  if (Failure failure = resolveIpv4(group, port, "the feed's group", peer)) return failure;
  if (port == 0)
    return {"EINVAL", "The feed cannot be sent to port 0 of " + group + "; give a port from 1 to 65535."};
  fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return failureOf(errno, "No UDP socket could be made");
  setsockopt(fd_, SOL_SOCKET, SO_SNDBUF, &sendBufferBytes, sizeof sendBufferBytes);
  if (isMulticast(peer.sin_addr)) {
    Interface by;
    if (Failure failure = findInterface(interface, "by which the feed should leave", by)) return failure;
    ip_mreqn request = {};
    request.imr_address = by.address;
    request.imr_ifindex = static_cast<int>(by.index);
    if (setsockopt(fd_, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof request) != 0) {
      return failureOf(errno, "The feed could not be sent by " + by.name);
    }
  }
  // Connected: the kernel looks the route up once, not for every datagram.
  if (connect(fd_, reinterpret_cast<sockaddr*>(&peer), sizeof peer) != 0) {
    return failureOf(errno, "The feed could not be sent to " + addressText(peer.sin_addr, port),
                     "check the address and the route to it (`ip route get " + group + "`)");
  }
  return {};
}

int UdpSender::send(const uint8_t* bytes, size_t size) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    ++counters_.calls;
    if (::send(fd_, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
      ++counters_.datagrams;
      counters_.bytes += size;
      return 0;
    }
    if (errno == EAGAIN || errno == ENOBUFS) ++counters_.full;
    // ICMP's answer to an earlier datagram (nobody listens there yet): this one has not been tried.
    if (errno != ECONNREFUSED && errno != EINTR) return errno;
  }
  return errno;
}

}  // namespace hotlap
