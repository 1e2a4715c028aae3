#include "core/link/shared_device.h"

#include <algorithm>
#include <utility>

#include "core/host/clock.h"
#include "core/link/frame_flow.h"

namespace hotlap {

void SharedDevice::remove(LinkShare* share) {
  shares_.erase(std::remove(shares_.begin(), shares_.end(), share), shares_.end());
}

Failure SharedDevice::steer() {
  FlowFilter all;
  for (const LinkShare* share : shares_) {
    const FlowFilter& flows = share->flows();
    all.udp.insert(all.udp.end(), flows.udp.begin(), flows.udp.end());
    all.tcp.insert(all.tcp.end(), flows.tcp.begin(), flows.tcp.end());
    all.hosts.insert(all.hosts.end(), flows.hosts.begin(), flows.hosts.end());
  }
  return device_->steer(all);
}

void SharedDevice::pull() {
  for (const LinkShare* share : shares_) {
    if (!share->isDone()) return;
  }
  const int count = device_->rxBurst();
  if (count <= 0) return;
  const int64_t burstNs = monotonicNs();
  for (LinkShare* share : shares_) share->dealt(burstNs);
  for (int index = 0; index < count; ++index) {
    const Frame& frame = device_->frame(index);
    if (LinkShare* owner = ownerOf(frame)) owner->deal(frame);
  }
}

/// A frame that nobody asked for goes to the first who asks for any, and who counts it: on a wire of our own
/// it says that something is wrong. Who only sends never looks.
LinkShare* SharedDevice::ownerOf(const Frame& frame) {
  if (shares_.size() == 1) return shares_.front();
  const FrameFlow flow = flowOf(frame.data, frame.size);
  LinkShare* first = nullptr;
  for (LinkShare* share : shares_) {
    if (wants(share->flows(), flow)) return share;
    if (first == nullptr && !share->flows().empty()) first = share;
  }
  return first;
}

LinkShare::LinkShare(std::shared_ptr<SharedDevice> shared, const FlowFilter& flows)
    : shared_(std::move(shared)), flows_(flows) {
  shared_->add(this);
}

LinkShare::~LinkShare() {
  shared_->remove(this);
  // What a share wanted stays with the device until another one steers: nobody is there to hear a failure.
  if (!flows_.empty()) static_cast<void>(shared_->steer());
}

int LinkShare::rxBurst() {
  held_ = 0;
  if (dealt_ == 0) shared_->pull();
  held_ = std::exchange(dealt_, 0);
  for (int index = 0; index < held_; ++index) counters_.rxBytes += frames_[index].size;
  counters_.rxFrames += static_cast<uint64_t>(held_);
  copyDeviceCounters();
  return held_;
}

uint8_t* LinkShare::txReserve() {
  uint8_t* const place = shared_->device().txReserve();
  if (place == nullptr) ++counters_.txFull;
  return place;
}

void LinkShare::txCommit(size_t size) {
  shared_->device().txCommit(size);
  ++counters_.txFrames;
  counters_.txBytes += size;
}

int LinkShare::flush() {
  const int error = shared_->device().flush();
  copyDeviceCounters();
  return error;
}

Failure LinkShare::steer(const FlowFilter& flows) {
  FlowFilter before = std::exchange(flows_, flows);
  Failure failure = shared_->steer();
  if (failure) flows_ = std::move(before);
  return failure;
}

void LinkShare::refresh() {
  shared_->device().refresh();
  copyDeviceCounters();
}

/// Whose frame it was that the device had no room for, nobody knows: each share tells of all of them.
void LinkShare::copyDeviceCounters() {
  const LinkCounters& device = shared_->device().counters();
  counters_.rxDropped = device.rxDropped;
  counters_.rxOversized = device.rxOversized;
  counters_.rxFragments = device.rxFragments;
  counters_.rxCalls = device.rxCalls;
  counters_.txDropped = device.txDropped;
  counters_.txCalls = device.txCalls;
}

}  // namespace hotlap
