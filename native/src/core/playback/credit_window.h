// How much a flat-out playback may have in flight: what the receiver's page says it has consumed, against
// what was sent to it.
#pragma once

#include <bit>
#include <cstdint>
#include <string>

#include "core/host/clock.h"
#include "core/host/failure.h"
#include "core/socket/credit.h"

namespace hotlap {

class CreditWindow {
 public:
  /// @param packets 0: as many as the receiver's buffer surely holds
  Failure open(const std::string& path, uint32_t packets) {
    packets_ = packets;
    return credit_.open(path);
  }
  bool isOpen() const { return credit_.isOpen(); }

  /// What was sent before is no longer counted as in flight.
  void rebase(uint64_t sent) {
    generation_ = credit_->generation.load(std::memory_order_acquire);
    sentBase_ = sent;
    consumedBase_ = credit_->consumed.load(std::memory_order_acquire);
    waitingNs_ = 0;
  }

  /// True when a packet of `bytes` may leave. Without a receiver it may not.
  bool allows(uint64_t sent, size_t bytes) {
    const uint64_t generation = credit_->generation.load(std::memory_order_acquire);
    if (generation == 0) return false;
    // Another receiver has come: it never saw what was sent before.
    if (generation != generation_) rebase(sent);
    const uint64_t consumed = credit_->consumed.load(std::memory_order_acquire) - consumedBase_;
    const auto inFlight = static_cast<int64_t>(sent - sentBase_ - consumed);
    if (inFlight < static_cast<int64_t>(packets_ != 0 ? packets_ : fitting(bytes))) {
      waitingNs_ = 0;
      return true;
    }
    if (restIsLost(inFlight, consumed, monotonicNs())) rebase(sent);
    return false;
  }

 private:
  /// The kernel charges a datagram its buffer's size in powers of two plus the bookkeeping (truesize), and
  /// gives what was read back to the account only in quarters of the buffer (udp_rmem_release): half is safe.
  uint64_t fitting(size_t bytes) const {
    const uint64_t each = std::bit_ceil(bytes + 512) + 512;
    const uint64_t packets = credit_->receiveBufferBytes.load(std::memory_order_relaxed) / 2 / each;
    return packets == 0 ? 1 : packets < 4096 ? packets : 4096;
  }

  /// What is lost in front of every counter (a veth's ring, a card's) is told by nobody, and would be waited
  /// for for ever. It is given up when the receiver read what was sent meanwhile (a heartbeat, which came
  /// last), had nothing more to read, and for a second no less was in flight than before. A receiver that
  /// stands still reads nothing, and is waited for.
  bool restIsLost(int64_t inFlight, uint64_t consumed, int64_t nowNs) {
    if (waitingNs_ == 0 || inFlight < leastInFlight_) {
      waitingNs_ = consumedNs_ = nowNs;
      leastInFlight_ = inFlight;
      consumedBefore_ = lastConsumed_ = consumed;
    } else if (consumed != lastConsumed_) {
      consumedNs_ = nowNs;
      lastConsumed_ = consumed;
    }
    return consumed != consumedBefore_ && nowNs - waitingNs_ >= patienceNs && nowNs - consumedNs_ >= quietNs;
  }

  static constexpr int64_t patienceNs = 1'000'000'000;
  static constexpr int64_t quietNs = 100'000'000;

  Credit credit_;
  uint32_t packets_ = 0;
  uint64_t generation_ = 0;
  uint64_t sentBase_ = 0;
  uint64_t consumedBase_ = 0;
  /// Since when as many were in flight as now; 0: a packet could leave.
  int64_t waitingNs_ = 0;
  int64_t consumedNs_ = 0;
  int64_t leastInFlight_ = 0;
  uint64_t consumedBefore_ = 0;
  uint64_t lastConsumed_ = 0;
};

}  // namespace hotlap
