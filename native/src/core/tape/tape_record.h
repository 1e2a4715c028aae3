// What the loop was given from outside, turn by turn, so that the same code can run on it again: a journal of
// records, each a part of one turn.
//
//   ┌ turn f64 ┬ nowNs f64 ┬ entry ┬ entry ┬ … ┐       entry: ┬ kind u32 ┬ bytes u32 ┬ a i32 ┬ b i32 ┬ bytes
//   … ┬ to 8 ┐
//
// A record of kind `part` is followed by more of its turn; `turn` ends it; `end` is the last, of the turn in
// which the run has ended. Turns that did nothing have no record, nor have those that only went on with the
// packet in hand at the same engine time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/recording/byte_ring_reader.h"
#include "core/ring/layout.h"

namespace hotlap::tape {

namespace record = layout::tape_record;
namespace entry = layout::tape_entry;

struct TurnHead {
  double turn;
  double nowNs;
};
static_assert(sizeof(TurnHead) == 16);

struct EntryHead {
  int32_t kind;
  uint32_t bytes;
  int32_t a;
  int32_t b;
};
static_assert(sizeof(EntryHead) == 16);

/** Of one record: the longest entry fits, and the record into what a byte ring may hold. */
inline constexpr size_t kMaxRecord = 196'608;
inline constexpr size_t kMaxEntry = layout::tape_max_entry;
static_assert(sizeof(TurnHead) + sizeof(EntryHead) + kMaxEntry <= kMaxRecord);
static_assert(kMaxRecord + 8 <= ByteRingReader::kMaxRecord);

constexpr size_t padded(size_t bytes) { return (bytes + 7) & ~size_t{7}; }

template <typename Head>
Head headAt(const uint8_t* at) {
  Head head;
  std::memcpy(&head, at, sizeof head);
  return head;
}

}  // namespace hotlap::tape
