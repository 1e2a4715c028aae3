#include "core/journal/journal.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <bit>

namespace hotlap::journal {

namespace {

/// Written in one poll at most: what a disk takes in some ms.
constexpr size_t maxPollBytes = size_t{4} << 20;

}  // namespace

Inbound Journal::inbound() const {
  if (!isOpen_) return {1, 0};
  const RingHeader& header = ring_.header();
  // The time first: a reset writes it last, so that a number is never taken for one of a later numbering.
  const uint64_t createdMs = header.createdMs.load(std::memory_order_acquire);
  return {Numbers::of(header.next.load(std::memory_order_acquire)).in, createdMs};
}

uint64_t Journal::written() const {
  return isOpen_ ? ring_.header().written.load(std::memory_order_acquire) : closedAt_;
}

/// The next numbers as a mark may say them.
Numbers Journal::numbers() const {
  const RingHeader& header = ring_.header();
  Numbers next = Numbers::of(header.next.load(std::memory_order_acquire));
  if (!limit_) return next;
  const bool isSame = header.createdMs.load(std::memory_order_acquire) == limit_->createdMs;
  next.in = std::min(next.in, isSame ? limit_->next : 1);
  return next;
}

Mark Journal::mark(uint32_t flags) const {
  if (!ring_.isOpen()) return {{1, 1}, reserved_, flags, 0, segments_.durable()};
  const RingHeader& header = ring_.header();
  return {numbers(), reserved_, flags,
          std::bit_cast<double>(header.createdMs.load(std::memory_order_acquire)), segments_.durable()};
}

void Journal::fail(const Failure& failure) {
  failure_ = failure;
  ring_.header().failure.store(failure.code == "ERR_STORE_SPACE" ? ENOSPC : EIO, std::memory_order_release);
}

int32_t Journal::poll() {
  if (!isOpen_ || failure_) return -1;
  int32_t records = 0;
  if (const Failure failure = drain(maxPollBytes, records)) {
    fail(failure);
    return -1;
  }
  if (ring_.header().failure.load(std::memory_order_acquire) != 0) {
    failure_ = {
        "ERR_STORE_FULL",
        "The store's ring had no room to say that a message never left: start again, and see why the disk "
        "behind " +
            options_.folder + " is that slow."};
    return -1;
  }
  return records;
}

Failure Journal::drain(size_t maxBytes, int32_t& records) {
  RingHeader& header = ring_.header();
  const uint64_t written = header.written.load(std::memory_order_acquire);
  const uint64_t until = std::min(written, drained_ + maxBytes);
  uint64_t at = drained_;
  while (at < until) {
    const size_t step = ring_.stepAt(at);
    const uint8_t* record = ring_.bytes() + (at & (ring_.capacity() - 1));
    if (step == 0 || step > written - at || inspectRecord(record, step) != RecordState::good)
      return {"ERR_STORE_DAMAGED", "The store's ring " + options_.ringFile +
                                       " was changed by another program: start again, its disk is whole."};
    const RecordHeader one = headerAt(record);
    if (one.kind != kind::pad) {
      if (Failure failure = segments_.append(record, one, mark(0))) return failure;
      sequence_ = one.sequence;
      ++records;
    }
    at += step;
  }
  // Read after the records: the numbers are at least as new.
  const Numbers next = numbers();
  uint32_t reserved = reserved_;
  if (next.out > reserved - std::min(reserved, options_.block / 2))
    reserved = std::min(maxNumber, std::max(reserved, next.out) + options_.block);
  const bool isNews = records != 0 || next.packed() != markedNext_ || reserved != markedReserved_;
  // When nothing more comes, a last mark says that the batch before it had reached the disk.
  if (!isNews && isSealed_) return {};
  Mark now = mark(0);
  now.next = next;
  now.reserved = reserved;
  if (Failure failure = segments_.appendMark(generation_, sequence_, now)) return failure;
  if (Failure failure = segments_.sync()) return failure;
  if (options_.isLog && reserved > reserved_) {
    now.durable = segments_.durable();
    if (Failure failure = markTwice(now)) return failure;
  }
  isSealed_ = !isNews;
  markedNext_ = next.packed();
  markedReserved_ = reserved;
  // After a reset the block begins anew. The hot side hears of it before the disk does, which is told with
  // the next mark: no number above the one on the disk is ever used.
  const bool isFarAhead = reserved - std::min(reserved, next.out) > 2 * options_.block;
  reserved_ = isFarAhead ? next.out + options_.block : reserved;
  drained_ = at;
  header.drained.store(at, std::memory_order_release);
  header.reserved.store(reserved_, std::memory_order_release);
  return {};
}

/// The mark of a new block again, behind its own: of two, damage to one is noticed, and the other holds the
/// block.
Failure Journal::markTwice(const Mark& mark) {
  if (Failure failure = segments_.appendMark(generation_, sequence_, mark)) return failure;
  return segments_.sync();
}

void Journal::close() {
  if (!isOpen_) return;
  // Who still holds the ring appends nothing more.
  RingHeader& header = ring_.header();
  const bool isWhole = header.failure.exchange(ESHUTDOWN) == 0 && !failure_;
  if (isWhole) {
    int32_t records = 0;
    failure_ = drain(ring_.capacity(), records);
    if (!failure_) failure_ = segments_.appendMark(generation_, sequence_, mark(Mark::exact));
    if (!failure_) failure_ = segments_.sync();
    if (!failure_) unlink(options_.ringFile.c_str());
  }
  closedAt_ = header.written.load(std::memory_order_acquire);
  isOpen_ = false;
  ring_ = RingFile();
  lock_.release();
}

}  // namespace hotlap::journal
