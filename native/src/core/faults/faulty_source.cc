#include "core/faults/faulty_source.h"

#include <algorithm>
#include <utility>

#include "core/feed/itch50.h"
#include "core/feed/moldudp64.h"

namespace hotlap {

namespace {

/// Exchange time of the packet's first message: what a recording runs on. -1: it has none.
int64_t messageTimeNs(const Packet& packet) {
  if (packet.size < kMoldHeader + kBlockHeader) return -1;
  const uint32_t length = be16(packet.data + kMoldHeader);
  const uint8_t* message = packet.data + kMoldHeader + kBlockHeader;
  if (packet.size - kMoldHeader - kBlockHeader < length || !itch50::wellFormed(message, length)) return -1;
  return static_cast<int64_t>(itch50::timestampNs(message));
}

}  // namespace

FaultySource::FaultySource(std::unique_ptr<PacketSource> source, const FaultOptions& options, bool recorded,
                           size_t delayedBytes)
    : source_(std::move(source)), line_(options, delayedBytes), text_(options.text()), recorded_(recorded) {}

NextPacket FaultySource::next(int64_t nowNs, Packet& packet) {
  if (line_.follows(out_)) return leaves(packet);
  if (!inHand_) {
    const NextPacket said = source_->next(nowNs, fresh_);
    counters_ = source_->counters();
    if (said != NextPacket::packet) return dry(said, nowNs, packet);
    if (fresh_.blocks != 0) {
      // Bare blocks have no sequence numbers: a fault in them could not be told from the feed.
      packet = fresh_;
      return said;
    }
    readTime(nowNs);
    inHand_ = true;
  }
  if (line_.due(timeNs_, out_)) return leaves(packet);
  inHand_ = false;
  if (isMoldControl(fresh_.data, fresh_.size)) {
    packet = fresh_;
    packet.burstNs = recorded_ ? 0 : timeNs_;
    return NextPacket::packet;
  }
  if (line_.pass({fresh_.data, fresh_.size}, timeNs_, out_)) return leaves(packet);
  return NextPacket::skipped;
}

/// The source has nothing: what is held back may leave now, and must where nothing will come any more.
NextPacket FaultySource::dry(NextPacket said, int64_t nowNs, Packet& packet) {
  if (said == NextPacket::ended) return line_.drain(out_) ? leaves(packet) : said;
  if (said != NextPacket::none || recorded_) return said;
  timeNs_ = std::max(timeNs_, nowNs);
  return line_.overdue(timeNs_, out_) ? leaves(packet) : said;
}

NextPacket FaultySource::leaves(Packet& packet) {
  packet = {out_.data, out_.size, 0, recorded_ ? 0 : timeNs_};
  return NextPacket::packet;
}

void FaultySource::readTime(int64_t nowNs) {
  const int64_t timeNs = recorded_ ? messageTimeNs(fresh_) : fresh_.burstNs != 0 ? fresh_.burstNs : nowNs;
  timeNs_ = std::max(timeNs_, timeNs);
}

void FaultySource::refresh() {
  source_->refresh();
  counters_ = source_->counters();
}

TransportFacts FaultySource::transport() const {
  TransportFacts facts = source_->transport();
  facts.reason += "; " + text_;
  return facts;
}

}  // namespace hotlap
