// What a playback has sent, for a receiver of the same process on another thread (the fill model's book): the
// payloads in the order in which they left, through a bounded ring. When it is full the playback waits.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/ring/spsc_bytes.h"

namespace hotlap {

class PlaybackTap {
 public:
  explicit PlaybackTap(size_t bytes = size_t{8} << 20) : ring_(bytes) {}

  // Consumer: one thread.
  /// From now on payloads are kept; before the first packet, or the receiver begins with a gap.
  void attach() { attached_.store(true, std::memory_order_release); }
  void detach() { attached_.store(false, std::memory_order_release); }
  /// @returns false when nothing is there now. The payload is borrowed until the next call.
  bool next(const uint8_t** payload, size_t* size, int64_t* intendedNs);
  /// True once the playback has sent its last packet; ask before next(), never after.
  bool ended() const { return ended_.load(std::memory_order_acquire); }

  // Producer: the playback thread.
  /// True when put() would have to wait.
  bool full(size_t size) const;
  void put(const uint8_t* payload, size_t size, int64_t intendedNs);
  void end() { ended_.store(true, std::memory_order_release); }

 private:
  /// A record never crosses the ring's end: a header with `size` = skip fills what is left there.
  struct Record {
    uint64_t size;
    int64_t intendedNs;
  };
  static constexpr uint64_t skip = UINT64_MAX;
  static size_t lengthOf(size_t size) {
    return sizeof(Record) + (size + sizeof(Record) - 1) / sizeof(Record) * sizeof(Record);
  }

  SpscBytes ring_;
  /// Length of the record that the consumer borrowed.
  size_t borrowed_ = 0;
  std::atomic<bool> attached_{false};
  std::atomic<bool> ended_{false};
};

}  // namespace hotlap
