#include "lwip/open_lwip.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>
#include <utility>

#include "core/link/mac_addresses.h"
#include "core/socket/address.h"
#include "lwip/lwip_stack.h"

namespace hotlap {

namespace {

constexpr const char* purpose = "by which orders should leave";

bool parse(const std::string& text, uint32_t& address) {
  in_addr parsed;
  if (inet_pton(AF_INET, text.c_str(), &parsed) != 1) return false;
  address = ntohl(parsed.s_addr);
  return true;
}

/// ADDRESS/PREFIX of one host on its network.
bool parseOwn(const std::string& text, LwipAddress& out) {
  const size_t slash = text.find('/');
  if (slash == std::string::npos || !parse(text.substr(0, slash), out.own.address)) return false;
  const char* const end = text.data() + text.size();
  int prefix = 0;
  const auto [rest, error] = std::from_chars(text.data() + slash + 1, end, prefix);
  if (error != std::errc() || rest != end || prefix < 1 || prefix > 30) return false;
  out.netmask = ~uint32_t{0} << (32 - prefix);
  return out.isHost(out.own.address) && out.own.address >> 24 != 127 && out.own.address >> 28 < 0xe;
}

/// The address that the kernel has there. @param by none: a wire without interfaces
Failure shareHost(const Interface& by, LwipAddress& out) {
  if (by.index == 0) {
    return {"EINVAL",
            "TCP by lwIP shares the host's address by AF_XDP only, where the kernel has one; give it an "
            "address of its own, such as 10.0.0.2/24."};
  }
  if (by.address.s_addr == 0) {
    return {"EADDRNOTAVAIL", "The interface " + by.name +
                                 " has no IPv4 address that lwIP could share; give lwIP one of its own, such "
                                 "as 10.0.0.2/24."};
  }
  out.own.address = ntohl(by.address.s_addr);
  out.own.shared = true;
  out.netmask = ~uint32_t{0};
  return {};
}

/// Another host that lwIP can reach without one.
bool isGatewayFor(const LwipAddress& address) {
  if (address.gateway == address.own.address) return false;
  return address.own.shared || address.isOnNetwork(address.gateway);
}

/// The card's where there is one; on a wire of our own, one for each address.
Failure chooseMac(const Interface& by, OwnAddresses& own) {
  if (by.index != 0) return interfaceMac(by.name, own.mac);
  // Locally administered (IEEE 802, the second bit of the first byte).
  const uint32_t host = htonl(own.address);
  own.mac[0] = 0x02;
  own.mac[1] = 0x48;
  std::memcpy(own.mac + 2, &host, sizeof host);
  return {};
}

}  // namespace

Failure openLwip(const LwipOptions& options, std::unique_ptr<Link> link, std::shared_ptr<TcpStack>& stack) {
  Interface by;
  if (options.link.kind == LinkOptions::Kind::afXdp) {
    if (Failure failure = findInterface(options.link.afXdp.interface, purpose, by)) return failure;
  }
  LwipAddress address = {};
  address.interface = by.name;
  if (options.address.empty()) {
    if (Failure failure = shareHost(by, address)) return failure;
  } else if (!parseOwn(options.address, address)) {
    return {"EINVAL", "'" + options.address +
                          "' is no address of a host with the length of its network's prefix; give lwIP "
                          "one such as 10.0.0.2/24."};
  }
  if (!options.gateway.empty() && !(parse(options.gateway, address.gateway) && isGatewayFor(address))) {
    return {"EINVAL", "The gateway '" + options.gateway +
                          "' is no address on lwIP's network; give one that is, or none."};
  }
  // All segments to it would be lwIP's, those of the machine's own sessions among them.
  if (by.index != 0 && !address.own.shared && interfaceOf({htonl(address.own.address)}).index != 0) {
    return {"EADDRINUSE", "The address " + addressText({htonl(address.own.address)}) +
                              " is this machine's own; leave the address out, and lwIP shares it for its "
                              "connections alone, or give one that nobody has."};
  }
  if (Failure failure = chooseMac(by, address.own)) return failure;
  auto opened = std::make_shared<LwipStack>(std::move(link), address);
  if (Failure failure = opened->start()) return failure;
  stack = std::move(opened);
  return {};
}

}  // namespace hotlap
