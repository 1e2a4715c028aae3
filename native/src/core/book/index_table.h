// 64-bit key → 32-bit index of the element that knows its own key, by open addressing: linear probing,
// backward-shift deletion, never a tombstone. A slot is 8 bytes; five in eight at most are taken.
#pragma once

#include <cstdint>

#include "core/book/huge_array.h"

namespace hotlap {

inline constexpr uint32_t kNone = 0xffffffff;

class IndexTable {
 public:
  class Slot {
   public:
    /** kNone: the slot is free. */
    uint32_t index() const { return place_ - 1; }

   private:
    friend class IndexTable;
    bool isFree() const { return place_ == 0; }

    /** Half of the key's hash: decides where it belongs, and that nearly all other keys are others. */
    uint32_t tag_;
    /** One more than the index, so that zeroed memory is free slots. */
    uint32_t place_;
  };

  /** Sized so that `expected` keys fill half of it at most. */
  bool reserve(size_t expected) {
    uint32_t bits = 4;
    while ((size_t{1} << bits) < expected * 2) ++bits;
    return rebuild(bits);
  }

  /** The slot that holds the key, or the free one where it belongs. @param keyOf gives the key of an index */
  template <typename KeyOf>
  Slot* probe(uint64_t key, KeyOf keyOf) {
    const uint32_t tag = tagOf(key);
    size_t at = home(tag);
    while (!slots_[at].isFree() && (slots_[at].tag_ != tag || keyOf(slots_[at].index()) != key)) {
      at = (at + 1) & mask_;
    }
    return &slots_[at];
  }

  void prefetch(uint64_t key) { __builtin_prefetch(slots_.data() + home(tagOf(key))); }

  /** Most likely the key's index, told without a look at its element; kNone when it surely is not here. */
  uint32_t guess(uint64_t key) const {
    const uint32_t tag = tagOf(key);
    size_t at = home(tag);
    while (!slots_[at].isFree() && slots_[at].tag_ != tag) at = (at + 1) & mask_;
    return slots_[at].index();
  }

  /** Fills the free slot that `probe` gave for the key. False when the table is full and cannot grow; nothing
   * changed then. */
  bool insert(Slot* slot, uint64_t key, uint32_t index) {
    const uint32_t tag = tagOf(key);
    if (count_ * 8 >= slots_.size() * 5) {
      if (!rebuild(bits_ + 1)) return false;
      slot = freeSlot(tag);
    }
    slot->tag_ = tag;
    slot->place_ = index + 1;
    ++count_;
    return true;
  }

  void erase(Slot* slot) {
    size_t hole = static_cast<size_t>(slot - slots_.data());
    size_t at = hole;
    for (;;) {
      at = (at + 1) & mask_;
      if (slots_[at].isFree()) break;
      // An entry moves back into the hole unless its home lies behind the hole.
      if (((at - home(slots_[at].tag_)) & mask_) >= ((at - hole) & mask_)) {
        slots_[hole] = slots_[at];
        hole = at;
      }
    }
    slots_[hole].place_ = 0;
    --count_;
  }

  size_t count() const { return count_; }

 private:
  // Fibonacci hashing: references that count up spread evenly, and so do those that step by four.
  static uint32_t tagOf(uint64_t key) { return static_cast<uint32_t>((key * 0x9e3779b97f4a7c15ull) >> 32); }
  size_t home(uint32_t tag) const { return tag >> shift_; }

  Slot* freeSlot(uint32_t tag) {
    size_t at = home(tag);
    while (!slots_[at].isFree()) at = (at + 1) & mask_;
    return &slots_[at];
  }

  bool rebuild(uint32_t bits) {
    // What is left of a hash after its first bits tells one slot from the next.
    if (bits > 31) return false;
    HugeArray<Slot> former;
    if (!former.assign(size_t{1} << bits)) return false;
    slots_.swap(former);
    bits_ = bits;
    shift_ = 32 - bits;
    mask_ = (size_t{1} << bits) - 1;
    for (size_t i = 0; i < former.size(); ++i) {
      if (!former[i].isFree()) *freeSlot(former[i].tag_) = former[i];
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
