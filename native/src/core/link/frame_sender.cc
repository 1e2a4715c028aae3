#include "core/link/frame_sender.h"

#include <errno.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/link/big_endian.h"
#include "core/link/internet_checksum.h"

namespace hotlap {

namespace {

// IPv4's total length has 16 bits.
constexpr size_t mostDatagramBytes = 65'535 - kIpv4Header - kUdpHeader;

constexpr size_t kIp = kEthernetHeader;
constexpr size_t kUdp = kEthernetHeader + kIpv4Header;

bool isMulticastAddress(uint32_t address) { return address >> 28 == 14; }

}  // namespace

FrameSender::FrameSender(std::unique_ptr<Link> link, const FrameAddresses& addresses)
    : link_(std::move(link)),
      maxBytes_(std::min(link_->maxFrameBytes() - kUdpFrameHeaders, mostDatagramBytes)) {
  address(addresses);
}

void FrameSender::address(const FrameAddresses& addresses) {
  std::memset(headers_, 0, sizeof headers_);
  std::memcpy(headers_, addresses.destinationMac, 6);
  std::memcpy(headers_ + 6, addresses.sourceMac, 6);
  putBe16(headers_ + 12, kEtherTypeIpv4);
  headers_[kIp] = 0x45;
  // Don't fragment; with it the identification may be 0 (RFC 6864, 4.1).
  putBe16(headers_ + kIp + 6, 0x4000);
  // As the kernel does: multicast stays on its network unless somebody says otherwise (ip(7)).
  headers_[kIp + 8] = isMulticastAddress(addresses.destination) ? 1 : 64;
  headers_[kIp + 9] = 17;
  putBe32(headers_ + kIp + 12, addresses.source);
  putBe32(headers_ + kIp + 16, addresses.destination);
  putBe16(headers_ + kUdp, addresses.port);
  putBe16(headers_ + kUdp + 2, addresses.port);
  ipSum_ = internetSum(headers_ + kIp, kIpv4Header);
  udpSum_ = internetSum(headers_ + kUdp, kUdpHeader, udpPseudoSum(headers_ + kIp, 0));
}

int FrameSender::send(const uint8_t* bytes, size_t size) {
  if (size > maxBytes_) return EMSGSIZE;
  uint8_t* frame = link_->txReserve();
  if (frame == nullptr) {
    ++counters_.full;
    return EAGAIN;
  }
  const auto udpLength = static_cast<uint16_t>(kUdpHeader + size);
  const auto ipLength = static_cast<uint16_t>(kIpv4Header + udpLength);
  std::memcpy(frame, headers_, sizeof headers_);
  if (size != 0) std::memcpy(frame + kUdpFrameHeaders, bytes, size);
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
  link_->txCommit(kUdpFrameHeaders + size);
  ++counters_.datagrams;
  counters_.bytes += size;
  counters_.calls = link_->counters().txCalls;
  return 0;
}

int FrameSender::flush() {
  const int error = link_->flush();
  const LinkCounters& device = link_->counters();
  counters_.calls = device.txCalls;
  counters_.dropped = device.txDropped;
  return error;
}

}  // namespace hotlap
