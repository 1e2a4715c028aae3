// Datagrams as whole Ethernet frames of our own, with checksums, onto a link.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/host/failure.h"
#include "core/link/link.h"
#include "core/link/udp_headers.h"
#include "core/socket/datagram_sender.h"

namespace hotlap {

class FrameSender final : public DatagramSender {
 public:
  FrameSender(std::unique_ptr<Link> link, const FrameAddresses& addresses);

  /// Of every datagram from now on.
  void address(const FrameAddresses& addresses) { headers_.address(addresses); }
  int send(const uint8_t* bytes, size_t size) override;
  /// Until then a link may keep frames back.
  int flush() override;
  size_t maxDatagramBytes() const override { return maxBytes_; }
  Link& link() { return *link_; }

 private:
  std::unique_ptr<Link> link_;
  size_t maxBytes_;
  UdpHeaders headers_;
};

}  // namespace hotlap
