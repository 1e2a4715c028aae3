// Where the records with rising keys lie in a ring: found by halving, bounded, the oldest forgotten first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace hotlap::journal {

class KeyIndex {
 public:
  /// @param capacity a power of two
  explicit KeyIndex(size_t capacity) : mask_(capacity - 1), entries_(std::make_unique<Entry[]>(capacity)) {}

  size_t size() const { return last_ - first_; }
  void clear() { first_ = last_; }

  void add(uint64_t key, uint64_t position) {
    dropFrom(key);
    if (size() > mask_) ++first_;
    entries_[last_++ & mask_] = {key, position};
  }

  /// Forgets keys from here on. @returns whether there were any
  bool dropFrom(uint64_t key) {
    const size_t before = last_;
    while (size() > 0 && entries_[(last_ - 1) & mask_].key >= key) --last_;
    return last_ != before;
  }

  /// Forgets what lies before the position.
  void dropBefore(uint64_t position) {
    while (size() > 0 && entries_[first_ & mask_].position < position) ++first_;
  }

  uint64_t oldestKey() const { return size() == 0 ? 0 : entries_[first_ & mask_].key; }

  static constexpr uint64_t none = ~uint64_t{0};

  uint64_t positionOf(uint64_t key) const {
    size_t low = first_;
    size_t high = last_;
    while (low < high) {
      const size_t middle = low + (high - low) / 2;
      if (entries_[middle & mask_].key < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < last_ && entries_[low & mask_].key == key ? entries_[low & mask_].position : none;
  }

 private:
  struct Entry {
    uint64_t key;
    uint64_t position;
  };
  const size_t mask_;
  std::unique_ptr<Entry[]> entries_;
  size_t first_ = 0;
  size_t last_ = 0;
};

}  // namespace hotlap::journal
