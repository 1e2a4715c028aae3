// The link over every queue that was asked for. Frames are sent by the first.
#pragma once

#include <memory>
#include <vector>

#include "core/link/af_xdp/af_xdp.h"
#include "core/link/af_xdp/attachment.h"
#include "core/link/af_xdp/membership.h"
#include "core/link/af_xdp/network_device.h"
#include "core/link/af_xdp/queue.h"

namespace hotlap {

class AfXdpLink final : public Link {
 public:
  Failure open(const AfXdpOptions& options);

  int rxBurst() override;
  uint8_t* txReserve() override;
  void txCommit(size_t size) override;
  int flush() override;
  size_t maxFrameBytes() const override { return maxFrameBytes_; }
  Failure steer(const FlowFilter& flows) override;
  void refresh() override;
  LinkFacts facts() const override;

 private:
  Failure openQueues(const std::vector<uint32_t>& numbers);
  Failure join(const FlowFilter& flows);
  void countPassedOn();
  bool zeroCopy() const;
  std::string deliveryText() const;

  AfXdpOptions options_;
  bool receives_ = false;
  NetworkDevice device_;
  Membership membership_;
  std::vector<std::unique_ptr<xsk::Queue>> queues_;
  /// Of a link that receives. Behind the queues, so that it goes before them.
  Attachment attachment_;
  size_t maxFrameBytes_ = 0;
  /// The queue asked first at the next burst: each in its turn, so that a busy one does not starve the
  /// others.
  size_t first_ = 0;
};

}  // namespace hotlap
