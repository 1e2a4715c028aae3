// Groups by a packet device: frames are kept as they came, with whatever their checksums say.
#pragma once

#include <memory>

#include "core/link/flow_filter.h"
#include "core/link/open_link.h"
#include "core/recorder/recorder_input.h"

namespace hotlap {

class LinkInput final : public RecorderInput {
 public:
  using RecorderInput::RecorderInput;

  /// @param realtimeOffsetNs from CLOCK_MONOTONIC to CLOCK_REALTIME
  Failure open(const LinkOptions& options, const UdpFlow& group, int64_t realtimeOffsetNs);
  /// For a link that is open.
  void open(std::unique_ptr<Link> link, const UdpFlow& group, int64_t realtimeOffsetNs);
  /// Of the same device, before it is polled.
  Failure add(const UdpFlow& group);

  bool poll(int64_t nowNs) override;
  void refresh() override;
  TransportFacts facts() const override;

 private:
  void judge(const Frame& frame, int64_t timeNs);
  void copyLinkCounters();

  std::unique_ptr<Link> link_;
  FlowFilter flows_;
  int64_t realtimeOffsetNs_ = 0;
  /// Of frames that were here and are fragments; the device may count others.
  uint64_t fragments_ = 0;
  uint64_t oversized_ = 0;
};

}  // namespace hotlap
