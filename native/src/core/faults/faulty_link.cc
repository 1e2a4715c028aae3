#include "core/faults/faulty_link.h"

#include <utility>

#include "core/feed/moldudp64.h"
#include "core/host/clock.h"
#include "core/link/udp_frame.h"

namespace hotlap {

namespace {

bool isControl(const Frame& frame) {
  UdpDatagram datagram;
  return parseUdpFrame(frame.data, frame.size, kLinkTypeEthernet, datagram) == FrameResult::datagram &&
         isMoldControl(datagram.payload, datagram.size);
}

}  // namespace

FaultyLink::FaultyLink(std::unique_ptr<Link> link, const FaultOptions& options, size_t delayedBytes)
    : link_(std::move(link)), line_(options, delayedBytes), text_(options.text()) {}

int FaultyLink::rxBurst() {
  LinePacket frame;
  if (line_.follows(frame)) return leaves(frame);
  if (at_ == count_) {
    at_ = 0;
    count_ = link_->rxBurst();
    counters_ = link_->counters();
    burstNs_ = monotonicNs();
    if (count_ == 0) return line_.overdue(burstNs_, frame) ? leaves(frame) : 0;
  }
  while (at_ < count_) {
    if (line_.due(burstNs_, frame)) return leaves(frame);
    const Frame& fresh = link_->frame(at_++);
    if (isControl(fresh)) return leaves({fresh.data, fresh.size});
    if (line_.pass({fresh.data, fresh.size}, burstNs_, frame)) return leaves(frame);
  }
  return 0;
}

int FaultyLink::leaves(const LinePacket& frame) {
  frames_[0] = {frame.data, frame.size};
  return 1;
}

int FaultyLink::flush() {
  const int error = link_->flush();
  counters_ = link_->counters();
  return error;
}

void FaultyLink::refresh() {
  link_->refresh();
  counters_ = link_->counters();
}

LinkFacts FaultyLink::facts() const {
  LinkFacts facts = link_->facts();
  facts.reason += "; " + text_;
  return facts;
}

}  // namespace hotlap
