#include "core/recording/merged_source.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/feed/moldudp64.h"

namespace hotlap {

namespace {

/** Clocks of two recorders of one feed are closer. */
constexpr int64_t kSkewNs = 1'000'000'000;

}  // namespace

MergedSource::MergedSource(std::vector<std::unique_ptr<TimedSource>> sources) {
  for (std::unique_ptr<TimedSource>& source : sources) heads_.push_back({std::move(source)});
}

NextPacket MergedSource::next(int64_t nowNs, Packet& packet) {
  Head* first = nullptr;
  for (Head& head : heads_) {
    // Nothing is handed on before each has said what comes next: the order must not depend on who is read
    // faster.
    if (head.state == State::asked) {
      const NextPacket asked = ask(head, nowNs);
      if (asked != NextPacket::packet && asked != NextPacket::ended) return asked;
    }
    if (head.state == State::held && (first == nullptr || isBefore(head, *first))) first = &head;
  }
  if (first != nullptr) {
    first->state = State::asked;
    packet = first->packet;
    return NextPacket::packet;
  }
  if (!std::exchange(sessionEnded_, false)) return NextPacket::ended;
  return NextPacket::sessionEnded;
}

NextPacket MergedSource::ask(Head& head, int64_t nowNs) {
  const SourceCounters before = head.source->counters();
  const NextPacket asked = head.source->next(nowNs, head.packet);
  const SourceCounters& after = head.source->counters();
  counters_.filtered += after.filtered - before.filtered;
  counters_.malformed += after.malformed - before.malformed;
  counters_.fragments += after.fragments - before.fragments;
  counters_.truncated = counters_.truncated || after.truncated;
  if (asked == NextPacket::packet) head.state = State::held;
  if (asked == NextPacket::ended) head.state = State::ended;
  if (asked != NextPacket::sessionEnded) return asked;
  // One file's end: the session's is where all of them have ended.
  sessionEnded_ = true;
  return NextPacket::skipped;
}

bool MergedSource::isBefore(const Head& one, const Head& other) {
  const int64_t oneNs = one.source->packetNs();
  const int64_t otherNs = other.source->packetNs();
  const bool isEarlier = oneNs < otherNs;
  // Unsigned: two times may be further apart than a number with a sign can say.
  const uint64_t apart = isEarlier ? static_cast<uint64_t>(otherNs) - static_cast<uint64_t>(oneNs)
                                   : static_cast<uint64_t>(oneNs) - static_cast<uint64_t>(otherNs);
  MoldHeader oneHeader;
  MoldHeader otherHeader;
  if (apart >= static_cast<uint64_t>(kSkewNs) || one.packet.blocks != 0 || other.packet.blocks != 0 ||
      !readMoldHeader(one.packet.data, one.packet.size, oneHeader) ||
      !readMoldHeader(other.packet.data, other.packet.size, otherHeader) ||
      oneHeader.session != otherHeader.session || oneHeader.sequence == otherHeader.sequence)
    return isEarlier;
  return oneHeader.sequence < otherHeader.sequence;
}

std::string MergedSource::group() const {
  std::string names;
  for (const Head& head : heads_) {
    const std::string name = head.source->group();
    if (name.empty() || names.find(name) != std::string::npos) continue;
    names += names.empty() ? name : ", " + name;
  }
  return names;
}

std::vector<GroupCount> MergedSource::groups() const {
  std::vector<GroupCount> all;
  for (const Head& head : heads_) {
    for (const GroupCount& count : head.source->groups()) {
      const auto same = std::find_if(all.begin(), all.end(),
                                     [&count](const GroupCount& other) { return other.name == count.name; });
      if (same == all.end())
        all.push_back(count);
      else
        same->packets += count.packets;
    }
  }
  return all;
}

const CaptureFacts* MergedSource::capture() const {
  facts_ = {};
  bool isCapture = false;
  for (const Head& head : heads_) {
    const CaptureFacts* facts = head.source->capture();
    if (facts == nullptr) continue;
    isCapture = true;
    facts_.add(*facts);
  }
  return isCapture ? &facts_ : nullptr;
}

}  // namespace hotlap
