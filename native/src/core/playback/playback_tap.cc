#include "core/playback/playback_tap.h"

#include <cstring>

namespace hotlap {

bool PlaybackTap::next(const uint8_t** payload, size_t* size, int64_t* intendedNs) {
  ring_.take(borrowed_);
  borrowed_ = 0;
  SpscBytes::Span there = ring_.readable();
  if (there.size == 0) return false;
  Record record;
  std::memcpy(&record, there.data, sizeof record);
  if (record.size == skip) {
    ring_.take(there.size);
    there = ring_.readable();
    if (there.size == 0) return false;
    std::memcpy(&record, there.data, sizeof record);
  }
  *payload = there.data + sizeof record;
  *size = static_cast<size_t>(record.size);
  *intendedNs = record.intendedNs;
  borrowed_ = lengthOf(*size);
  return true;
}

// Twice the length: the rest of the ring before its end may be too short and is then left empty.
bool PlaybackTap::full(size_t size) const {
  return attached_.load(std::memory_order_acquire) && ring_.room() < 2 * lengthOf(size);
}

void PlaybackTap::put(const uint8_t* payload, size_t size, int64_t intendedNs) {
  if (!attached_.load(std::memory_order_acquire)) return;
  const size_t length = lengthOf(size);
  SpscBytes::Span room = ring_.writable();
  if (room.size < length) {
    // All lengths are multiples of a record's header, so that the marker always has its place.
    const Record marker = {skip, 0};
    std::memcpy(room.data, &marker, sizeof marker);
    ring_.publish(room.size);
    room = ring_.writable();
  }
  const Record record = {size, intendedNs};
  std::memcpy(room.data, &record, sizeof record);
  std::memcpy(room.data + sizeof record, payload, size);
  ring_.publish(length);
}

}  // namespace hotlap
