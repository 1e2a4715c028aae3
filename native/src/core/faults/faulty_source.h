// A source's packets with faults put in: any transport and any recording whose packets carry sequence
// numbers.
#pragma once

#include <memory>

#include "core/faults/fault_line.h"
#include "core/feed/packet_source.h"

namespace hotlap {

class FaultySource final : public PacketSource {
 public:
  /// @param recorded the packets' time is that of their messages, not the clock's
  FaultySource(std::unique_ptr<PacketSource> source, const FaultOptions& options, bool recorded,
               size_t delayedBytes = FaultLine::kDelayedBytes);

  NextPacket next(int64_t nowNs, Packet& packet) override;
  const FaultCounters* faults() const override { return &line_.counters(); }

  void refresh() override;
  TransportFacts transport() const override;
  std::string group() const override { return source_->group(); }
  std::vector<GroupCount> groups() const override { return source_->groups(); }
  const CaptureFacts* capture() const override { return source_->capture(); }

 private:
  NextPacket dry(NextPacket said, int64_t nowNs, Packet& packet);
  NextPacket leaves(Packet& packet);
  void readTime(int64_t nowNs);

  std::unique_ptr<PacketSource> source_;
  FaultLine line_;
  const std::string text_;
  const bool recorded_;
  /// The source's packet in hand, while what is due before it leaves.
  Packet fresh_{};
  bool inHand_ = false;
  /// The line's time: never goes back.
  int64_t timeNs_ = 0;
  LinePacket out_{};
};

}  // namespace hotlap
