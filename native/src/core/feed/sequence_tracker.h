// Sequence numbers of one session: what of a packet is new, what was lost.
#pragma once

#include <cstdint>

#include "core/feed/moldudp64.h"

namespace hotlap {

/** Above this a sequence number would not be exact in the doubles that carry it to JavaScript. */
inline constexpr uint64_t kMaxSequence = (uint64_t{1} << 53) - 0x10000;

/**
 * Messages by which a packet may be ahead of the one before on its own word: what a busy feed sends in some
 * tens of milliseconds. A packet farther ahead is put aside until the next one begins where it ended, as RFC
 * 3550 (A.1) does: one damaged number would otherwise make everything behind it a duplicate. A second
 * heartbeat of the same number begins there too, so that a gap before a quiet market is told; a copy of
 * messages does not. No clock has a say in it: a recording must end as the live feed did.
 */
inline constexpr uint64_t kMaxJump = 10'000;

class SequenceTracker {
 public:
  struct Verdict {
    /** Messages at the front of the packet that were seen before. */
    uint32_t seen = 0;
    /** Messages that are missing before the packet. */
    uint64_t lost = 0;
    /** Too far away to be believed alone: nothing of it counts. */
    bool aside = false;
    /** The first packet of all was the stray one: numbers go on from here, where they were before it. */
    bool restarted = false;
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
    const uint64_t continued = far_;
    far_ = 0;
    if (!begun_) {
      // Who joins in the middle of a day is far ahead: two packets that agree may still correct it.
      begun_ = true;
      settled_ = sequence <= 1 + kMaxJump;
    } else if (isFar(sequence)) {
      if (sequence != continued) {
        far_ = sequence + count;
        verdict.aside = true;
        return verdict;
      }
      settled_ = true;
      if (sequence < expected_) {
        expected_ = sequence;
        verdict.restarted = true;
        return verdict;
      }
    } else {
      // Its own copy, or one from near it, does not bear the first packet out.
      if (sequence == expected_) settled_ = true;
      // A late packet says nothing about the one that was put aside.
      if (sequence < expected_) far_ = continued;
    }
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
  bool isFar(uint64_t sequence) const {
    if (sequence > expected_) return sequence - expected_ > kMaxJump;
    return !settled_ && expected_ - sequence > kMaxJump;
  }

  uint64_t expected_ = 1;
  /** Where the packet that was put aside is continued; 0: there is none. */
  uint64_t far_ = 0;
  bool begun_ = false;
  /** A packet has begun where the one before ended: the first one's number was right. */
  bool settled_ = false;
  bool known_ = false;
  MoldSession session_{};
};

}  // namespace hotlap
