// The prices of one side of one book, sorted with the best at the end, so that what happens near the top
// moves little memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "core/book/block_arena.h"

namespace hotlap {

class PriceLadder {
 public:
  struct Rung {
    uint32_t price;
    uint32_t level;
  };

  uint32_t size() const { return size_; }
  /** The n-th best; n < size(). */
  const Rung& best(uint32_t n) const { return rungs_[size_ - 1 - n]; }

  /** How many prices are better than this one; counting stops at `most`. */
  template <bool kBid>
  uint32_t rank(uint32_t price, uint32_t most) const {
    const uint32_t limit = std::min(size_, most);
    uint32_t n = 0;
    while (n < limit && better<kBid>(best(n).price, price)) ++n;
    return n;
  }

  /** False when there is no memory. */
  template <bool kBid>
  bool insert(BlockArena& arena, uint32_t price, uint32_t level) {
    if (size_ == capacity() && !grow(arena)) return false;
    Rung* at = position<kBid>(price);
    std::memmove(static_cast<void*>(at + 1), at, static_cast<size_t>(rungs_ + size_ - at) * sizeof(Rung));
    *at = {price, level};
    ++size_;
    return true;
  }

  template <bool kBid>
  void erase(uint32_t price) {
    Rung* at = position<kBid>(price);
    std::memmove(static_cast<void*>(at), at + 1, static_cast<size_t>(rungs_ + size_ - at - 1) * sizeof(Rung));
    --size_;
  }

 private:
  // 32 rungs to begin with.
  static constexpr uint32_t kFirstLogBytes = 8;

  uint32_t capacity() const { return logBytes_ == 0 ? 0 : (1u << logBytes_) / sizeof(Rung); }

  template <bool kBid>
  static bool better(uint32_t a, uint32_t b) {
    return kBid ? a > b : a < b;
  }

  /** The first rung that is not worse than the price. Most are within a few of the best: looked at first. */
  template <bool kBid>
  Rung* position(uint32_t price) {
    constexpr uint32_t kNear = 8;
    Rung* const end = rungs_ + size_;
    Rung* at = end;
    for (uint32_t n = 0; n < kNear; ++n) {
      if (at == rungs_ || better<kBid>(price, at[-1].price)) return at;
      --at;
    }
    return std::lower_bound(rungs_, at, price,
                            [](const Rung& rung, uint32_t p) { return better<kBid>(p, rung.price); });
  }

  bool grow(BlockArena& arena) {
    const uint32_t logBytes = logBytes_ == 0 ? kFirstLogBytes : logBytes_ + 1;
    auto* fresh = static_cast<Rung*>(arena.take(logBytes));
    if (fresh == nullptr) return false;
    if (size_ != 0) std::memcpy(static_cast<void*>(fresh), rungs_, size_ * sizeof(Rung));
    if (rungs_ != nullptr) arena.give(rungs_, logBytes_);
    rungs_ = fresh;
    logBytes_ = logBytes;
    return true;
  }

  Rung* rungs_ = nullptr;
  uint32_t size_ = 0;
  uint32_t logBytes_ = 0;
};

}  // namespace hotlap
