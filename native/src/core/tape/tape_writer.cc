#include "core/tape/tape_writer.h"

#include <algorithm>
#include <utility>

#include "core/ring/layout.h"

namespace hotlap::tape {

namespace cell = layout::cell;

TapeWriter::TapeWriter(std::unique_ptr<journal::RingWriter> ring, const double* cells)
    : ring_(std::move(ring)),
      cells_(cells),
      record_(new uint8_t[kMaxRecord]()),
      maxRecord_(std::min(kMaxRecord, ring_->maxPayload())) {}

double TapeWriter::turn() const { return cells_[cell::turns]; }
double TapeWriter::now() const { return cells_[cell::nowNs]; }

void TapeWriter::clockRead(double beforeNs) {
  readTurn_ = turn();
  beforeNs_ = beforeNs;
}

void TapeWriter::note(int32_t kind, int32_t a, int32_t b, const uint8_t* bytes, size_t length) {
  if (cutAt_ != 0) return;
  begin();
  const size_t size = sizeof(EntryHead) + padded(length);
  if (length > kMaxEntry || sizeof(TurnHead) + size > maxRecord_) return cut();
  if (length_ + size > maxRecord_) {
    append(record::part);
    length_ = sizeof(TurnHead);
  }
  if (cutAt_ != 0) return;
  uint8_t* const at = record_.get() + length_;
  const EntryHead head = {kind, static_cast<uint32_t>(length), a, b};
  std::memcpy(at, &head, sizeof head);
  if (length != 0) std::memcpy(at + sizeof head, bytes, length);
  std::memset(at + sizeof head + length, 0, padded(length) - length);
  length_ += size;
}

void TapeWriter::worked() {
  if (cutAt_ != 0) return;
  const bool needsNone = goesOn_ && length_ == 0 && now() == last_.nowNs && turn() == last_.turn + 1;
  if (needsNone) {
    last_.turn = turn();
    return;
  }
  begin();
  flush();
}

/** The record that is being gathered is this turn's, with the time as it is now. */
void TapeWriter::begin() {
  if (length_ != 0 && head_.turn == turn()) {
    head_.nowNs = now();
    return;
  }
  flush();
  if (last_.turn + 1 < turn()) {
    // Idle turns lie between: the last of them left the time that this one began with.
    open({turn() - 1, readTurn_ == turn() ? beforeNs_ : now()});
    flush();
  }
  open({turn(), now()});
}

void TapeWriter::open(TurnHead head) {
  head_ = head;
  length_ = sizeof head;
}

void TapeWriter::flush() {
  if (length_ != 0) append(record::turn);
  length_ = 0;
}

void TapeWriter::end() {
  flush();
  open({turn(), now()});
  append(record::end);
  length_ = 0;
}

void TapeWriter::append(int32_t kind) {
  if (cutAt_ != 0) return;
  std::memcpy(record_.get(), &head_, sizeof head_);
  if (ring_->log(static_cast<uint32_t>(kind), record_.get(), length_, false) != journal::Append::ok)
    return cut();
  last_ = head_;
}

void TapeWriter::cut() {
  cutAt_ = turn();
  length_ = 0;
}

}  // namespace hotlap::tape
