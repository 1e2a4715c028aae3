// A device's received frames with faults put in, so that a turned bit meets the same checksums as one turned
// on the wire. What is sent goes untouched: the faults of a way belong to its receiving end.
#pragma once

#include <memory>

#include "core/faults/fault_line.h"
#include "core/link/link.h"

namespace hotlap {

class FaultyLink final : public Link {
 public:
  FaultyLink(std::unique_ptr<Link> link, const FaultOptions& options,
             size_t delayedBytes = FaultLine::kDelayedBytes);

  /// One frame at a time: a held one is looked at where the next one would be.
  int rxBurst() override;
  const FaultCounters* faults() const override { return &line_.counters(); }

  uint8_t* txReserve() override { return link_->txReserve(); }
  void txCommit(size_t size) override { link_->txCommit(size); }
  int flush() override;
  size_t maxFrameBytes() const override { return link_->maxFrameBytes(); }

  void refresh() override;
  LinkFacts facts() const override;

 private:
  int leaves(const LinePacket& frame);

  std::unique_ptr<Link> link_;
  FaultLine line_;
  const std::string text_;
  /// The device's burst in hand.
  int at_ = 0;
  int count_ = 0;
  int64_t burstNs_ = 0;
};

}  // namespace hotlap
