#include "lwip/shared_ports.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>

#include <utility>

#include "lwip/next_hop.h"

namespace hotlap {

namespace {

/// Bound, and never connected: the kernel deals ports out at random, each to one program.
int reserve(uint32_t address, Descriptor& held, uint16_t& port) {
  Descriptor made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in own = {};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = htonl(address);
  socklen_t length = sizeof own;
  if (made.get() < 0 || bind(made.get(), reinterpret_cast<sockaddr*>(&own), length) != 0 ||
      getsockname(made.get(), reinterpret_cast<sockaddr*>(&own), &length) != 0) {
    return errno;
  }
  port = ntohs(own.sin_port);
  held = std::move(made);
  return 0;
}

}  // namespace

int SharedPorts::take(Link& link, const std::string& interface, uint32_t gateway, TcpFlow& flow,
                      bool (*isFree)(uint16_t port)) {
  Held held = {};
  if (const int error = nextHop(interface, flow.remoteAddress, gateway, held.mac)) return error;
  // Refused ones are kept meanwhile, so that the kernel names others.
  std::vector<Descriptor> refused;
  for (;;) {
    if (const int error = reserve(flow.localAddress, held.port, flow.localPort)) return error;
    if (isFree(flow.localPort)) break;
    if (refused.size() == 64) return EADDRINUSE;
    refused.push_back(std::move(held.port));
  }
  held.flow = flow;
  held_.push_back(std::move(held));
  FlowFilter filter;
  for (const Held& each : held_) filter.tcp.push_back(each.flow);
  // Before the SYN leaves: the kernel would answer what comes back with a reset.
  const Failure failure = link.steer(filter);
  if (!failure) return 0;
  held_.pop_back();
  const int error = errnoNamed(failure.code);
  return error != 0 ? error : EIO;
}

const uint8_t* SharedPorts::macOf(uint32_t remoteAddress) const {
  for (const Held& held : held_) {
    if (held.flow.remoteAddress == remoteAddress) return held.mac;
  }
  return nullptr;
}

}  // namespace hotlap
