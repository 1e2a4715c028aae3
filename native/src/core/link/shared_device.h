// One device for several: each has a share of it, a link of its own that shows the frames of its flows and
// sends by the same device. One thread polls all shares. A burst of the device is dealt to them whole, and
// the next is taken once each has given up its part, by polling again: who stops polling closes its share.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/host/failure.h"
#include "core/link/flow_filter.h"
#include "core/link/link.h"

namespace hotlap {

class LinkShare;

class SharedDevice {
 public:
  explicit SharedDevice(std::unique_ptr<Link> device) : device_(std::move(device)) {}

  Link& device() { return *device_; }
  void add(LinkShare* share) { shares_.push_back(share); }
  void remove(LinkShare* share);
  /// The device takes from now on what all shares together want.
  Failure steer();
  /// Takes the device's next burst and deals it, unless a share still has frames of the last one.
  void pull();

 private:
  /// @returns null for a frame that nobody is there for
  LinkShare* ownerOf(const Frame& frame);

  std::unique_ptr<Link> device_;
  std::vector<LinkShare*> shares_;
};

class LinkShare final : public Link {
 public:
  LinkShare(std::shared_ptr<SharedDevice> shared, const FlowFilter& flows);
  ~LinkShare() override;

  int rxBurst() override;
  uint8_t* txReserve() override;
  void txCommit(size_t size) override;
  int flush() override;
  size_t maxFrameBytes() const override { return shared_->device().maxFrameBytes(); }
  int64_t burstNs() const override { return burstNs_; }
  const FaultCounters* faults() const override { return shared_->device().faults(); }

  Failure steer(const FlowFilter& flows) override;
  void refresh() override;
  LinkFacts facts() const override { return shared_->device().facts(); }

  // The device's.
  const FlowFilter& flows() const { return flows_; }
  bool isDone() const { return dealt_ == 0 && held_ == 0; }
  void deal(const Frame& frame) { frames_[dealt_++] = frame; }
  void dealt(int64_t burstNs) { burstNs_ = burstNs; }

 private:
  void copyDeviceCounters();

  std::shared_ptr<SharedDevice> shared_;
  FlowFilter flows_;
  /// Frames that this share has and has not shown yet, and that it has shown and that may be looked at.
  int dealt_ = 0;
  int held_ = 0;
  int64_t burstNs_ = 0;
};

}  // namespace hotlap
