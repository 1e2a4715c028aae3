// Ethernet, IPv4 and UDP headers in front of a datagram, lengths and checksums filled in.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/link/udp_frame.h"

namespace hotlap {

/// In host byte order but for the MACs.
struct FrameAddresses {
  uint8_t sourceMac[6];
  uint8_t destinationMac[6];
  uint32_t source;
  uint32_t destination;
  uint16_t port;
};

class UdpHeaders {
 public:
  /// IPv4's total length has 16 bits.
  static constexpr size_t mostDatagramBytes = 65'535 - kIpv4Header - kUdpHeader;

  /// Of a sender of ours: its port is that of the receiver, its time to live what the kernel would take.
  void address(const FrameAddresses& addresses);
  void address(const FrameAddresses& addresses, uint16_t sourcePort, uint8_t timeToLive);
  /// The kUdpFrameHeaders bytes before these, which are read for the checksum.
  /// @param size at most mostDatagramBytes
  void write(uint8_t* frame, const uint8_t* bytes, size_t size) const;

 private:
  /// Lengths and checksums are zero.
  uint8_t headers_[kUdpFrameHeaders] = {};
  uint64_t ipSum_ = 0;
  uint64_t udpSum_ = 0;
};

}  // namespace hotlap
