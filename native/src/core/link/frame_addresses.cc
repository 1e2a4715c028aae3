#include "core/link/frame_addresses.h"

#include <arpa/inet.h>

#include "core/link/mac_addresses.h"
#include "core/socket/address.h"

namespace hotlap {

namespace {

FrameAddresses to(const sockaddr_in& peer) {
  FrameAddresses addresses{};
  addresses.destination = ntohl(peer.sin_addr.s_addr);
  addresses.port = ntohs(peer.sin_port);
  if (isMulticast(peer.sin_addr)) multicastMac(addresses.destination, addresses.destinationMac);
  return addresses;
}

}  // namespace

FrameAddresses addressesOnWire(const sockaddr_in& peer) {
  FrameAddresses addresses = to(peer);
  // Locally administered (IEEE 802, the second bit of the first byte).
  addresses.sourceMac[0] = 0x02;
  if (!isMulticast(peer.sin_addr)) {
    addresses.destinationMac[0] = 0x02;
    addresses.destinationMac[5] = 0x01;
  }
  addresses.source = INADDR_LOOPBACK;
  return addresses;
}

Failure addressesOnInterface(const std::string& interface, const sockaddr_in& peer, FrameAddresses& out) {
  Interface by;
  if (Failure failure = findInterface(interface, "by which frames should leave", by)) return failure;
  if (by.address.s_addr == 0) {
    return {"EADDRNOTAVAIL", "The interface " + by.name +
                                 " has no IPv4 address, so the frames it sends would have none; give it one "
                                 "(`ip addr add ADDRESS/24 dev " +
                                 by.name + "`)."};
  }
  out = to(peer);
  out.source = ntohl(by.address.s_addr);
  if (Failure failure = interfaceMac(by.name, out.sourceMac)) return failure;
  if (isMulticast(peer.sin_addr) || neighbourMac(by.name, peer.sin_addr, out.destinationMac)) return {};
  const std::string receiver = addressText(peer.sin_addr);
  return {"EHOSTUNREACH", "The MAC address of " + receiver + " on " + by.name +
                              " is not known; let the kernel find it (`ping -c 1 " + receiver +
                              "`), or send to a multicast group."};
}

}  // namespace hotlap
