#include "core/playback/sent_log.h"

#include <sys/mman.h>

namespace hotlap {

SentLog::SentLog() {
  void* memory = mmap(nullptr, capacity * sizeof(Entry), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory != MAP_FAILED) entries_ = static_cast<Entry*>(memory);
}

SentLog::~SentLog() {
  if (entries_ != nullptr) munmap(entries_, capacity * sizeof(Entry));
}

void SentLog::add(uint64_t firstSequence, uint32_t messages, int64_t intendedNs) {
  const size_t index = count_.load(std::memory_order_relaxed);
  if (entries_ == nullptr || index == capacity || messages == 0 || firstSequence < nextSequence_) return;
  if (firstSequence >> 48 != 0 || messages > UINT16_MAX) return;
  nextSequence_ = firstSequence + messages;
  entries_[index] = {firstSequence << 16 | messages, intendedNs};
  count_.store(index + 1, std::memory_order_release);
}

int64_t SentLog::intendedNs(uint64_t sequence) const {
  size_t low = 0;
  size_t high = count_.load(std::memory_order_acquire);
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const uint64_t first = entries_[middle].firstAndCount >> 16;
    if (sequence < first) {
      high = middle;
    } else if (sequence - first < (entries_[middle].firstAndCount & UINT16_MAX)) {
      return entries_[middle].intendedNs;
    } else {
      low = middle + 1;
    }
  }
  return INT64_MIN;
}

}  // namespace hotlap
