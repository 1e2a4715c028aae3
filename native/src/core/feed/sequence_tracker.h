// Sequence numbers of one session: what of a packet is new, what was lost.
#pragma once

#include <cstdint>

#include "core/feed/moldudp64.h"

namespace hotlap {

/** Above this a sequence number would not be exact in the doubles that carry it to JavaScript. */
inline constexpr uint64_t kMaxSequence = (uint64_t{1} << 53) - 0x10000;

class SequenceTracker {
 public:
  struct Verdict {
    /** Messages at the front of the packet that were seen before. */
    uint32_t seen = 0;
    /** Messages that are missing before the packet. */
    uint64_t lost = 0;
  };

  uint64_t expected() const { return expected_; }

  /** False when the packet is of another session than the first one. */
  bool accepts(const MoldSession& session) {
    if (!known_) {
      session_ = session;
      known_ = true;
    }
    return session_ == session;
  }

  /** What a packet of `count` messages from `sequence` on means; a gap is passed over, so that it counts
   * once. */
  Verdict offer(uint64_t sequence, uint32_t count) {
    Verdict verdict;
    if (sequence > expected_) {
      verdict.lost = sequence - expected_;
      expected_ = sequence;
    } else if (expected_ - sequence >= count) {
      verdict.seen = count;
    } else {
      verdict.seen = static_cast<uint32_t>(expected_ - sequence);
    }
    return verdict;
  }

  /** One message was consumed. @returns its sequence number */
  uint64_t take() { return expected_++; }

  const MoldSession* session() const { return known_ ? &session_ : nullptr; }

 private:
  uint64_t expected_ = 1;
  bool known_ = false;
  MoldSession session_{};
};

}  // namespace hotlap
