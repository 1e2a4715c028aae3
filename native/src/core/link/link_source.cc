#include "core/link/link_source.h"

#include <arpa/inet.h>

#include <utility>

#include "core/host/clock.h"
#include "core/socket/address.h"

namespace hotlap {

namespace {
// A credit window takes half of the receiver's buffer at 1,536 bytes or more a packet (credit_window.h): half
// of the ring, whatever the packets' size.
constexpr uint64_t kCreditBytesPerFrame = 1536;

constexpr int64_t kDryNs = 1'000'000;
constexpr int64_t kAskEveryNs = 10'000'000;
}  // namespace

Failure LinkSource::open(const LinkSourceOptions& options, std::unique_ptr<Link> link) {
  sockaddr_in address;
  if (Failure failure = resolveIpv4(options.group, options.port, "the feed's group", address)) return failure;
  if (options.port == 0)
    return {"EINVAL", "A link takes the feed from one port; give a port from 1 to 65535."};
  group_ = ntohl(address.sin_addr.s_addr);
  port_ = static_cast<uint16_t>(options.port);
  name_ = addressText(address.sin_addr, options.port);
  link_ = std::move(link);
  if (options.creditFile.empty()) return {};
  if (Failure failure = credit_.open(options.creditFile)) return failure;
  credit_->receiveBufferBytes.store(link_->facts().ringFrames * kCreditBytesPerFrame,
                                    std::memory_order_relaxed);
  credit_->consumed.store(0, std::memory_order_relaxed);
  credit_->generation.fetch_add(1, std::memory_order_release);
  return {};
}

bool LinkSource::receive(int64_t nowNs) {
  // The last burst is worked off: a playback under credit may send as much again.
  if (credit_.isOpen()) tellConsumed();
  at_ = 0;
  count_ = link_->rxBurst();
  copyLinkCounters();
  if (count_ <= 0) {
    count_ = 0;
    if (credit_.isOpen()) lookForDrops(nowNs);
    return false;
  }
  if (credit_.isOpen()) frameNs_ = nowNs;
  burstNs_ = link_->burstNs();
  if (burstNs_ == 0) burstNs_ = monotonicNs();
  return true;
}

// A burst without frames may have taken some all the same: those that are lost on purpose.
void LinkSource::tellConsumed() {
  const LinkCounters& link = link_->counters();
  const uint64_t consumed = link.rxFrames + link.rxDropped + link.rxOversized + link.rxFragments;
  if (consumed == told_) return;
  told_ = consumed;
  credit_->consumed.store(consumed, std::memory_order_release);
}

// A playback under credit waits for what the ring had no room for, and only the link knows of it, some by a
// system call: it is asked where nothing comes any more, and never in production, where there is no credit.
void LinkSource::lookForDrops(int64_t nowNs) {
  if (nowNs - frameNs_ < kDryNs || nowNs - askedNs_ < kAskEveryNs) return;
  askedNs_ = nowNs;
  refresh();
  tellConsumed();
}

void LinkSource::copyLinkCounters() {
  const LinkCounters& link = link_->counters();
  counters_.drops = link.rxDropped;
  counters_.oversized = link.rxOversized;
  counters_.fragments = link.rxFragments + fragments_;
  counters_.receiveCalls = link.rxCalls;
}

NextPacket LinkSource::next(int64_t nowNs, Packet& packet) {
  if (at_ == count_ && !receive(nowNs)) {
    counters_.lagPackets = 0;
    return NextPacket::none;
  }
  const Frame& frame = link_->frame(at_++);
  counters_.lagPackets = static_cast<uint32_t>(count_ - at_);
  return judge(frame, packet);
}

NextPacket LinkSource::judge(const Frame& frame, Packet& packet) {
  UdpDatagram datagram;
  switch (parseUdpFrame(frame.data, frame.size, kLinkTypeEthernet, datagram)) {
    case FrameResult::malformed:
      ++counters_.malformed;
      return NextPacket::skipped;
    case FrameResult::fragment:
      // Only the first one has a port.
      if (datagram.group == group_) {
        ++fragments_;
        ++counters_.fragments;
      } else {
        ++counters_.filtered;
      }
      return NextPacket::skipped;
    case FrameResult::other:
      ++counters_.filtered;
      return NextPacket::skipped;
    case FrameResult::datagram:
      break;
  }
  if (datagram.group != group_ || datagram.port != port_) {
    ++counters_.filtered;
    return NextPacket::skipped;
  }
  if (!checksumsMatch(datagram)) {
    ++counters_.badChecksums;
    return NextPacket::skipped;
  }
  packet = {datagram.payload, datagram.size, 0, burstNs_};
  return NextPacket::packet;
}

void LinkSource::refresh() {
  link_->refresh();
  copyLinkCounters();
}

TransportFacts LinkSource::transport() const {
  const LinkFacts facts = link_->facts();
  return {facts.backend, "application", facts.reason, facts.accelerated, facts.zeroCopy, 0};
}

}  // namespace hotlap
