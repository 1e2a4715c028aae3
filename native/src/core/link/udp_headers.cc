#include "core/link/udp_headers.h"

#include <cstring>

#include "core/link/big_endian.h"
#include "core/link/internet_checksum.h"

namespace hotlap {

namespace {

constexpr size_t kIp = kEthernetHeader;
constexpr size_t kUdp = kEthernetHeader + kIpv4Header;

bool isMulticastAddress(uint32_t address) { return address >> 28 == 14; }

}  // namespace

// As the kernel does: multicast stays on its network unless somebody says otherwise (ip(7)).
void UdpHeaders::address(const FrameAddresses& addresses) {
  address(addresses, addresses.port, isMulticastAddress(addresses.destination) ? 1 : 64);
}

void UdpHeaders::address(const FrameAddresses& addresses, uint16_t sourcePort, uint8_t timeToLive) {
  std::memset(headers_, 0, sizeof headers_);
  std::memcpy(headers_, addresses.destinationMac, 6);
  std::memcpy(headers_ + 6, addresses.sourceMac, 6);
  putBe16(headers_ + 12, kEtherTypeIpv4);
  headers_[kIp] = 0x45;
  // Don't fragment; with it the identification may be 0 (RFC 6864, 4.1).
  putBe16(headers_ + kIp + 6, 0x4000);
  headers_[kIp + 8] = timeToLive;
  headers_[kIp + 9] = 17;
  putBe32(headers_ + kIp + 12, addresses.source);
  putBe32(headers_ + kIp + 16, addresses.destination);
  putBe16(headers_ + kUdp, sourcePort);
  putBe16(headers_ + kUdp + 2, addresses.port);
  ipSum_ = internetSum(headers_ + kIp, kIpv4Header);
  udpSum_ = internetSum(headers_ + kUdp, kUdpHeader, udpPseudoSum(headers_ + kIp, 0));
}

void UdpHeaders::write(uint8_t* frame, const uint8_t* bytes, size_t size) const {
  const auto udpLength = static_cast<uint16_t>(kUdpHeader + size);
  const auto ipLength = static_cast<uint16_t>(kIpv4Header + udpLength);
  std::memcpy(frame, headers_, sizeof headers_);
  putBe16(frame + kIp + 2, ipLength);
  putBe16(frame + kUdp + 4, udpLength);
  // Sums are kept in memory's byte order, in which the checksums are stored (RFC 1071, 2B).
  const auto ip = static_cast<uint16_t>(~internetFold(ipSum_ + __builtin_bswap16(ipLength)));
  std::memcpy(frame + kIp + 10, &ip, sizeof ip);
  // The length stands in the header and in the pseudo header.
  const uint64_t udpSum = udpSum_ + uint64_t{2} * __builtin_bswap16(udpLength);
  auto udp = static_cast<uint16_t>(~internetFold(internetSum(bytes, size, udpSum)));
  // 0 would say that there is none (RFC 768).
  if (udp == 0) udp = 0xffff;
  std::memcpy(frame + kUdp + 6, &udp, sizeof udp);
}

}  // namespace hotlap
