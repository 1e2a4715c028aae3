// Elements known by 32-bit index, taken from and given back to a free list.
#pragma once

#include <cstdint>

#include "core/book/huge_array.h"
#include "core/book/index_table.h"

namespace hotlap {

/** @tparam T has a uint32_t `next`, which links the free elements. */
template <typename T>
class Pool {
 public:
  bool reserve(size_t size) { return items_.assign(size); }

  /** An element's index, or kNone when there is no memory for more. */
  uint32_t take() {
    if (free_ != kNone) {
      const uint32_t index = free_;
      free_ = items_[index].next;
      return index;
    }
    if (used_ == items_.size() && !items_.grow(items_.size() * 2)) return kNone;
    return used_++;
  }

  void give(uint32_t index) {
    items_[index].next = free_;
    free_ = index;
  }

  T& operator[](uint32_t index) { return items_[index]; }
  const T& operator[](uint32_t index) const { return items_[index]; }

 private:
  HugeArray<T> items_;
  uint32_t used_ = 0;
  uint32_t free_ = kNone;
};

}  // namespace hotlap
