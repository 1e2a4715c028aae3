// The playing side: turns come out of a byte ring as the tape has them, and who asked for something then is
// given it again. Nothing is left to a clock or to a socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/recording/byte_ring_reader.h"
#include "core/tape/tape_record.h"

namespace hotlap::tape {

/** As layout.h has them. */
enum class Advance : int32_t {
  waiting = layout::tape_advance::waiting,
  ready = layout::tape_advance::ready,
  ended = layout::tape_advance::ended,
  diverged = layout::tape_advance::diverged,
};

class TapePlayer {
 public:
  /** @param ring drawn as BYTE_RING: records as `length u32 ┬ kind u32 ┬ record … to 8` */
  TapePlayer(uint8_t* ring, size_t ringBytes);

  /** Goes to the next turn in which something happened. @param turn in: the last one, out: the next one */
  Advance advance(double& turn);

  /** What is next in this turn, where it is of this kind; nullptr: it is not. Taken by `take`. */
  const EntryHead* peek(int32_t kind) const;
  const uint8_t* bytes() const { return entries_.get() + at_ + sizeof(EntryHead); }
  void take();

  /** Engine time of this turn; NaN where it stays as it was. */
  double nowNs() const { return nowNs_; }
  /** The feed has a packet in hand: the next turn goes on with it. */
  void goesOn(bool hasPacket) { goesOn_ = hasPacket; }

 private:
  /** Entries of one turn: what one poll of the feed may bring, and orders and commands beside it. */
  static constexpr size_t kMaxTurn = 64 << 20;

  Advance load();
  bool add(const uint8_t* record, size_t length);
  bool grow(size_t more);

  ByteRingReader ring_;
  std::unique_ptr<uint8_t[]> entries_;
  size_t capacity_;
  size_t length_ = 0;
  size_t at_ = 0;
  EntryHead head_ = {};
  /** The turn that is loaded, which may be one that is still to come. */
  TurnHead loaded_ = {-1, 0};
  bool isLoaded_ = false;
  bool hasPart_ = false;
  bool isEnded_ = false;
  bool goesOn_ = false;
  /** The turn in which the run has ended; 0: the tape was cut off. */
  double lastTurn_ = 0;
  double nowNs_;
};

}  // namespace hotlap::tape
