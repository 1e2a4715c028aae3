// Packets out of the frames of a link: one group and port, checksums verified, everything else counted.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/feed/packet_source.h"
#include "core/host/failure.h"
#include "core/link/link.h"
#include "core/link/udp_frame.h"
#include "core/socket/credit.h"

namespace hotlap {

struct LinkSourceOptions {
  /// A multicast group, or the address that the sender sends to.
  std::string group;
  int port = 0;
  /// Empty: none. See socket/credit.h.
  std::string creditFile;
};

class LinkSource final : public PacketSource {
 public:
  Failure open(const LinkSourceOptions& options, std::unique_ptr<Link> link);

  NextPacket next(int64_t nowNs, Packet& packet) override;
  void refresh() override;
  std::string group() const override { return name_; }
  TransportFacts transport() const override;
  const FaultCounters* faults() const override { return link_->faults(); }

 private:
  bool receive(int64_t nowNs);
  void lookForDrops(int64_t nowNs);
  void tellConsumed();
  NextPacket judge(const Frame& frame, Packet& packet);
  void copyLinkCounters();

  std::unique_ptr<Link> link_;
  Credit credit_;
  /// What stands in the credit's page.
  uint64_t told_ = 0;
  /// When a burst last had frames, and when the link was last asked for its drops.
  int64_t frameNs_ = 0;
  int64_t askedNs_ = 0;
  std::string name_;
  uint32_t group_ = 0;
  uint16_t port_ = 0;
  int at_ = 0;
  int count_ = 0;
  int64_t burstNs_ = 0;
  /// Of frames that were here and are fragments; the device may count others.
  uint64_t fragments_ = 0;
};

}  // namespace hotlap
