#include "core/recorder/link_input.h"

#include <algorithm>
#include <utility>

#include "core/host/clock.h"
#include "core/link/udp_frame.h"

namespace hotlap {

namespace {
/// Two tags around the longest datagram.
constexpr size_t kLongestFrame = kEthernetHeader + 2 * kVlanTag + 65'535;
static_assert(kLongestFrame + 64 <= BlockRing::kLongestBlock);
}  // namespace

Failure LinkInput::open(const LinkOptions& options, const UdpFlow& group, int64_t realtimeOffsetNs) {
  std::unique_ptr<Link> link;
  if (Failure failure = openLink(options, {{group}, {}, {}}, link)) return failure;
  open(std::move(link), group, realtimeOffsetNs);
  return {};
}

void LinkInput::open(std::unique_ptr<Link> link, const UdpFlow& group, int64_t realtimeOffsetNs) {
  link_ = std::move(link);
  flows_.udp.push_back(group);
  addGroup(group.address, group.port);
  realtimeOffsetNs_ = realtimeOffsetNs;
}

Failure LinkInput::add(const UdpFlow& group) {
  FlowFilter more = flows_;
  more.udp.push_back(group);
  if (groups() == mostGroups) return {"E2BIG", "One device takes at most 256 groups of a recording."};
  if (Failure failure = link_->steer(more)) return failure;
  flows_ = std::move(more);
  addGroup(group.address, group.port);
  return {};
}

bool LinkInput::poll(int64_t) {
  const int count = link_->rxBurst();
  copyLinkCounters();
  if (count <= 0) return false;
  int64_t burstNs = link_->burstNs();
  if (burstNs == 0) burstNs = monotonicNs();
  const int64_t timeNs = burstNs + realtimeOffsetNs_;
  for (int index = 0; index < count; ++index) judge(link_->frame(index), timeNs);
  return true;
}

void LinkInput::judge(const Frame& frame, int64_t timeNs) {
  UdpDatagram datagram;
  const FrameResult result = parseUdpFrame(frame.data, frame.size, kLinkTypeEthernet, datagram);
  if (result == FrameResult::malformed) return tallies_.malformed.add();
  if (result == FrameResult::other) return tallies_.foreign.add();
  if (result == FrameResult::fragment) {
    // Only the first one has a port.
    const bool wanted = std::any_of(flows_.udp.begin(), flows_.udp.end(),
                                    [&](const UdpFlow& flow) { return flow.address == datagram.group; });
    if (!wanted) return tallies_.foreign.add();
    ++fragments_;
    return copyLinkCounters();
  }
  RecordedGroup* const group = groupOf(datagram.group, datagram.port);
  if (group == nullptr) return tallies_.foreign.add();
  if (frame.size > kLongestFrame) {
    ++oversized_;
    return copyLinkCounters();
  }
  record(*group, timeNs, {frame.data, frame.size, nullptr, 0});
}

void LinkInput::copyLinkCounters() {
  const LinkCounters& link = link_->counters();
  tallies_.dropped.set(link.rxDropped);
  tallies_.oversized.set(link.rxOversized + oversized_);
  tallies_.fragments.set(link.rxFragments + fragments_);
  tallies_.receiveCalls.set(link.rxCalls);
}

void LinkInput::refresh() {
  link_->refresh();
  copyLinkCounters();
}

TransportFacts LinkInput::facts() const {
  const LinkFacts facts = link_->facts();
  return {facts.backend, "application", facts.reason, facts.accelerated, facts.zeroCopy, 0};
}

}  // namespace hotlap
