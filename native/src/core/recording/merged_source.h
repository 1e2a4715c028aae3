// Several recordings as one, packets in the order of their times.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/recording/capture_facts.h"
#include "core/recording/timed_source.h"

namespace hotlap {

/**
 * Two that recorded the same session at two places have clocks that differ: within a second its sequence
 * numbers decide. So what the one has lost is taken from the other.
 */
class MergedSource final : public PacketSource {
 public:
  /** Beyond this, whose packet is next takes longer than decoding it. */
  static constexpr size_t kMaxSources = 64;

  /** @param sources 1 to kMaxSources */
  explicit MergedSource(std::vector<std::unique_ptr<TimedSource>> sources);

  NextPacket next(int64_t nowNs, Packet& packet) override;
  TransportFacts transport() const override { return heads_.front().source->transport(); }
  std::string group() const override;
  std::vector<GroupCount> groups() const override;
  const CaptureFacts* capture() const override;

 private:
  enum class State : uint8_t {
    /** Its packet has been handed on, or it has had none yet. */
    asked,
    /** Has a packet that waits for its turn. */
    held,
    ended,
  };

  struct Head {
    std::unique_ptr<TimedSource> source;
    Packet packet{};
    State state = State::asked;
  };

  NextPacket ask(Head& head, int64_t nowNs);
  static bool isBefore(const Head& one, const Head& other);

  std::vector<Head> heads_;
  bool sessionEnded_ = false;
  mutable CaptureFacts facts_;
};

}  // namespace hotlap
