// 64-bit key → 32-bit index by open addressing: linear probing, backward-shift deletion, never a tombstone.
#pragma once

#include <cstdint>

#include "core/book/huge_array.h"

namespace hotlap {

inline constexpr uint32_t kNone = 0xffffffff;

class IndexTable {
 public:
  struct Slot {
    uint64_t key;
    /** kNone: the slot is free. */
    uint32_t index;
    uint32_t unused;
  };

  /** Sized so that `expected` keys fill half of it. */
  bool reserve(size_t expected) {
    uint32_t bits = 4;
    while ((size_t{1} << bits) < expected * 2) ++bits;
    return rebuild(bits);
  }

  /** The slot that holds the key, or the free one where it belongs. */
  Slot* probe(uint64_t key) {
    size_t at = home(key);
    while (slots_[at].index != kNone && slots_[at].key != key) at = (at + 1) & mask_;
    return &slots_[at];
  }

  uint32_t find(uint64_t key) { return probe(key)->index; }

  void prefetch(uint64_t key) { __builtin_prefetch(slots_.data() + home(key)); }

  /** Fills the free slot that `probe` gave. False when the table is full and cannot grow; nothing changed
   * then. */
  bool insert(Slot* slot, uint64_t key, uint32_t index) {
    if (count_ * 2 >= slots_.size()) {
      if (!rebuild(bits_ + 1)) return false;
      slot = probe(key);
    }
    slot->key = key;
    slot->index = index;
    ++count_;
    return true;
  }

  void erase(Slot* slot) {
    size_t hole = static_cast<size_t>(slot - slots_.data());
    size_t at = hole;
    for (;;) {
      at = (at + 1) & mask_;
      if (slots_[at].index == kNone) break;
      // An entry moves back into the hole unless its home lies behind the hole.
      if (((at - home(slots_[at].key)) & mask_) >= ((at - hole) & mask_)) {
        slots_[hole] = slots_[at];
        hole = at;
      }
    }
    slots_[hole].index = kNone;
    --count_;
  }

  size_t count() const { return count_; }

 private:
  // Fibonacci hashing: references that count up spread evenly, and so do those that step by four.
  size_t home(uint64_t key) const { return static_cast<size_t>((key * 0x9e3779b97f4a7c15ull) >> shift_); }

  bool rebuild(uint32_t bits) {
    HugeArray<Slot> fresh;
    if (!fresh.assign(size_t{1} << bits, 0xff)) return false;
    slots_.swap(fresh);
    bits_ = bits;
    shift_ = 64 - bits;
    mask_ = (size_t{1} << bits) - 1;
    for (size_t i = 0; i < fresh.size(); ++i) {
      if (fresh[i].index != kNone) *probe(fresh[i].key) = fresh[i];
    }
    return true;
  }

  HugeArray<Slot> slots_;
  size_t count_ = 0;
  size_t mask_ = 0;
  uint32_t bits_ = 0;
  uint32_t shift_ = 0;
};

}  // namespace hotlap
