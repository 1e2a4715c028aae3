// The recording side of a tape, on the loop's thread: gathers what came in during a turn and appends it to a
// journal's ring. No system call, no allocation; where the ring is full, or
// the disk has failed, the tape ends, and says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/journal/ring_writer.h"
#include "core/tape/tape_record.h"

namespace hotlap::tape {

class TapeWriter {
 public:
  /** @param cells of the receiver, as layout.h draws them: the turn and the engine time are read there */
  TapeWriter(std::unique_ptr<journal::RingWriter> ring, const double* cells);

  /** Of this turn. Nothing for more than kMaxEntry bytes, which ends the tape. */
  void note(int32_t kind, int32_t a, int32_t b, const uint8_t* bytes, size_t length);
  /** The feed is polled. @param hasPacket it goes on with the packet in hand */
  void polled(bool hasPacket) { goesOn_ = hasPacket; }
  /** The feed has read the clock in this turn: what happened in it before saw the time before. */
  void clockRead(double beforeNs);
  /** The turn is over, and has done something. */
  void worked();
  /** The run has ended. */
  void end();

  /** Turn from which on nothing is on the tape; 0: it is whole. */
  double cutAt() const { return cutAt_; }

 private:
  double turn() const;
  double now() const;
  void begin();
  void open(TurnHead head);
  void flush();
  void append(int32_t kind);
  void cut();

  std::unique_ptr<journal::RingWriter> ring_;
  const double* cells_;
  std::unique_ptr<uint8_t[]> record_;
  size_t maxRecord_;
  /** Bytes of the record that is being gathered; 0: none is. */
  size_t length_ = 0;
  /** Of that record. */
  TurnHead head_ = {0, 0};
  /** Of the last record; the turn is that of the last one that needed none. */
  TurnHead last_ = {0, 0};
  /** The turn of the last clock reading, and the time before it. */
  double readTurn_ = 0;
  double beforeNs_ = 0;
  bool goesOn_ = false;
  double cutAt_ = 0;
};

}  // namespace hotlap::tape
