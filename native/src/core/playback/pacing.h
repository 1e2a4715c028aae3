// When each packet of a playback should leave, and how late it did.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "core/latency/histogram.h"

namespace hotlap {

struct Pace {
  enum Mode { recorded, rate, flatOut };
  Mode mode = flatOut;
  /// recorded: the recording's own times, divided by this.
  double factor = 1;
  double messagesPerSecond = 0;
};

class Pacing {
 public:
  explicit Pacing(const Pace& pace) : pace_(pace) {}

  /// @param goNs intended time of the first packet
  void start(int64_t goNs) { goNs_ = goNs; }

  /// @param timeNs exchange time of the packet's last message
  /// @param messagesBefore messages in all packets before it
  /// @returns CLOCK_MONOTONIC ns, or `nowNs` when there is no schedule (flat out)
  int64_t intendedNs(int64_t timeNs, uint64_t messagesBefore, int64_t nowNs) {
    switch (pace_.mode) {
      case Pace::recorded:
        if (firstTimeNs_ < 0) firstTimeNs_ = timeNs;
        return goNs_ + static_cast<int64_t>(static_cast<double>(timeNs - firstTimeNs_) / pace_.factor);
      case Pace::rate:
        return goNs_ +
               static_cast<int64_t>(static_cast<double>(messagesBefore) * 1e9 / pace_.messagesPerSecond);
      case Pace::flatOut:
        break;
    }
    return nowNs > goNs_ ? nowNs : goNs_;
  }

 private:
  const Pace pace_;
  int64_t goNs_ = 0;
  int64_t firstTimeNs_ = -1;
};

/// Lateness of every packet: written by the playback thread, read at any time by another.
class Lateness {
 public:
  static constexpr int64_t lateNs = 20'000;

  Lateness() : counts_(std::make_unique<std::atomic<uint64_t>[]>(Histogram::buckets)) {}

  void record(int64_t ns) {
    const int64_t value = ns < 0 ? 0 : ns > Histogram::highestNs ? Histogram::highestNs : ns;
    add(counts_[Histogram::indexOf(value)]);
    if (value > lateNs) add(late_);
    if (value > max_.load(std::memory_order_relaxed)) max_.store(value, std::memory_order_relaxed);
    if (ns < min_.load(std::memory_order_relaxed)) min_.store(ns, std::memory_order_relaxed);
  }

  uint64_t count() const {
    uint64_t total = 0;
    for (int index = 0; index < Histogram::buckets; ++index) total += at(index);
    return total;
  }
  uint64_t late() const { return late_.load(std::memory_order_relaxed); }
  int64_t maxNs() const { return max_.load(std::memory_order_relaxed); }
  /// Below 0: something left early. Without packets INT64_MAX.
  int64_t minNs() const { return min_.load(std::memory_order_relaxed); }
  int64_t percentileNs(double percentile) const {
    const uint64_t total = count();
    if (total == 0) return 0;
    const auto wanted = static_cast<uint64_t>(percentile / 100 * static_cast<double>(total - 1)) + 1;
    uint64_t seen = 0;
    for (int index = 0; index < Histogram::buckets; ++index) {
      seen += at(index);
      if (seen >= wanted)
        return Histogram::highestOf(index) < maxNs() ? Histogram::highestOf(index) : maxNs();
    }
    return maxNs();
  }

 private:
  // One writer: no need for a locked addition.
  static void add(std::atomic<uint64_t>& counter) {
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  uint64_t at(int index) const { return counts_[index].load(std::memory_order_relaxed); }

  std::unique_ptr<std::atomic<uint64_t>[]> counts_;
  std::atomic<uint64_t> late_{0};
  std::atomic<int64_t> max_{0};
  std::atomic<int64_t> min_{INT64_MAX};
};

}  // namespace hotlap
