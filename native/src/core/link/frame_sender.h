// Datagrams as whole Ethernet frames of our own, with checksums, onto a link.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/host/failure.h"
#include "core/link/link.h"
#include "core/link/udp_frame.h"
#include "core/socket/datagram_sender.h"

namespace hotlap {

/// In host byte order but for the MACs.
struct FrameAddresses {
  uint8_t sourceMac[6];
  uint8_t destinationMac[6];
  uint32_t source;
  uint32_t destination;
  /// Of the sender too.
  uint16_t port;
};

class FrameSender final : public DatagramSender {
 public:
  FrameSender(std::unique_ptr<Link> link, const FrameAddresses& addresses);

  /// Of every datagram from now on.
  void address(const FrameAddresses& addresses);
  int send(const uint8_t* bytes, size_t size) override;
  /// Until then a link may keep frames back.
  int flush() override;
  size_t maxDatagramBytes() const override { return maxBytes_; }
  Link& link() { return *link_; }

 private:
  std::unique_ptr<Link> link_;
  size_t maxBytes_;
  /// Lengths and checksums are zero.
  uint8_t headers_[kUdpFrameHeaders] = {};
  uint64_t ipSum_ = 0;
  uint64_t udpSum_ = 0;
};

}  // namespace hotlap
