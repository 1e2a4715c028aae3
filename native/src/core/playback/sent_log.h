// When each packet should have left: the start of every wire-to-wire latency. Written by the playback thread,
// read by any other.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace hotlap {

class SentLog {
 public:
  /// Packets kept; later ones are unknown. Address space is reserved, memory is taken as packets are sent.
  static constexpr size_t capacity = size_t{1} << 26;

  SentLog();
  ~SentLog();
  SentLog(const SentLog&) = delete;
  SentLog& operator=(const SentLog&) = delete;

  /// Packets that carry nothing new (duplicates of another line) are not logged.
  void add(uint64_t firstSequence, uint32_t messages, int64_t intendedNs);
  /// CLOCK_MONOTONIC ns, or INT64_MIN when no logged packet carried the message.
  int64_t intendedNs(uint64_t sequence) const;

 private:
  struct Entry {
    /// firstSequence * 65536 + messages.
    uint64_t firstAndCount;
    int64_t intendedNs;
  };

  Entry* entries_ = nullptr;
  uint64_t nextSequence_ = 0;
  std::atomic<size_t> count_{0};
};

}  // namespace hotlap
