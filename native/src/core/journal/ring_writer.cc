#include "core/journal/ring_writer.h"

#include <errno.h>

#include <utility>

namespace hotlap::journal {

namespace {

/// Kept free for rewinds and resets, so that a full ring can still say that its last record never left.
constexpr size_t spareBytes = 4096;
/// Bytes of ring for each place in the index: messages shorter than this are forgotten a little earlier.
constexpr size_t bytesPerKey = 128;

}  // namespace

RingWriter::RingWriter(RingFile&& ring) : ring_(std::move(ring)), index_(ring_.capacity() / bytesPerKey) {
  const RingHeader& header = ring_.header();
  written_ = header.written.load(std::memory_order_acquire);
  oldest_ = header.oldest.load(std::memory_order_acquire);
  sequence_ = header.sequence.load(std::memory_order_acquire);
  generation_ = header.generation;
}

Failure RingWriter::attach(const std::string& path, std::unique_ptr<RingWriter>& out) {
  RingFile ring;
  if (Failure failure = RingFile::open(path, ring)) return failure;
  if (!ring.isOpen() || ring.header().opened.load(std::memory_order_acquire) != 1)
    return {"ERR_STORE_CLOSED", "The store's ring " + path + " has no drain: open the StoreDrain first."};
  std::unique_ptr<RingWriter> writer(new RingWriter(std::move(ring)));
  if (Failure failure = writer->index()) return failure;
  // Who was stopped between a record and its number had not sent it, and another message may take the number.
  writer->rewind(writer->numbers().out);
  out = std::move(writer);
  return {};
}

Failure RingWriter::index() {
  uint64_t at = oldest_;
  while (at < written_) {
    const size_t step = ring_.stepAt(at);
    const uint8_t* bytes = ring_.bytes() + (at & (ring_.capacity() - 1));
    if (step == 0 || step > written_ - at || inspectRecord(bytes, step) != RecordState::good)
      return {"ERR_STORE_DAMAGED", "The store's ring has a bad record at position " + std::to_string(at) +
                                       ": end the process that writes to it, then start again."};
    const RecordHeader record = headerAt(bytes);
    if (record.kind < kind::own && record.key != 0) index_.add(record.key, at);
    if (record.kind == kind::rewind) index_.dropFrom(record.key);
    if (record.kind == kind::reset) index_.clear();
    at += step;
  }
  return {};
}

Append RingWriter::put(uint32_t kindOf, uint64_t key, const uint8_t* payload, size_t bytes, size_t spare) {
  RingHeader& header = ring_.header();
  const size_t capacity = ring_.capacity();
  const size_t size = recordSize(bytes);
  const size_t offset = static_cast<size_t>(written_) & (capacity - 1);
  const size_t straight = capacity - offset;
  const size_t pad = size <= straight ? 0 : straight;
  const uint64_t end = written_ + pad + size;
  if (end + spare - header.drained.load(std::memory_order_acquire) > capacity) return Append::full;
  if (end - oldest_ > capacity) {
    do {
      const size_t step = ring_.stepAt(oldest_);
      if (step == 0) {
        header.failure.store(EBADMSG, std::memory_order_release);
        return Append::failed;
      }
      oldest_ += step;
    } while (end - oldest_ > capacity);
    index_.dropBefore(oldest_);
    // Before the bytes are written over: who comes after a kill -9 begins at whole records.
    header.oldest.store(oldest_, std::memory_order_relaxed);
    // A release store alone would let the plain bytes behind it go first.
    std::atomic_thread_fence(std::memory_order_release);
  }
  if (pad != 0) writeRecord(ring_.bytes() + offset, generation_, kind::pad, sequence_, 0, nullptr, 0);
  ++sequence_;
  const uint64_t position = written_ + pad;
  writeRecord(ring_.bytes() + (position & (capacity - 1)), generation_, kindOf, sequence_, key, payload,
              bytes);
  written_ = end;
  header.sequence.store(sequence_, std::memory_order_release);
  header.written.store(end, std::memory_order_release);
  if (kindOf < kind::own && key != 0) index_.add(key, position);
  return Append::ok;
}

Append RingWriter::putOwn(uint32_t kindOf, uint64_t key, const uint8_t* payload, size_t bytes) {
  const uint64_t failure = ring_.header().failure.load(std::memory_order_acquire);
  // Whatever the disk refuses, the next start reads the ring; not one that is closed or broken itself.
  if (failure == ESHUTDOWN || failure == EBADMSG) return Append::failed;
  const Append result = put(kindOf, key, payload, bytes, 0);
  // Without it a later reader would take for sent what never left.
  if (result == Append::full) ring_.header().failure.store(ENOBUFS, std::memory_order_release);
  return result == Append::ok ? Append::ok : Append::failed;
}

Append RingWriter::append(uint32_t kindOf, uint64_t key, const uint8_t* payload, size_t bytes) {
  if (ring_.header().failure.load(std::memory_order_acquire) != 0) return Append::failed;
  return put(kindOf, key, payload, bytes, spareBytes);
}

Append RingWriter::log(uint32_t kindOf, const uint8_t* payload, size_t bytes, bool isUrgent) {
  const uint64_t failure = ring_.header().failure.load(std::memory_order_acquire);
  if (failure != 0 && (!isUrgent || failure == ESHUTDOWN || failure == EBADMSG)) return Append::failed;
  return put(kindOf, 0, payload, bytes, isUrgent ? 0 : ring_.capacity() / 4);
}

size_t RingWriter::read(uint64_t key, uint8_t* out, size_t room) const {
  const uint64_t position = index_.positionOf(key);
  if (position == KeyIndex::none) return 0;
  const uint8_t* bytes = ring_.bytes() + (position & (ring_.capacity() - 1));
  const RecordHeader record = headerAt(bytes);
  const size_t payload = record.length - sizeof(RecordHeader);
  // Another process of the same user may have written over it: better gap-filled than sent.
  if (record.key != key || payload > maxPayload() || payload > room ||
      inspectRecord(bytes, recordSize(payload)) != RecordState::good)
    return 0;
  std::memcpy(out, bytes + sizeof(RecordHeader), payload);
  return payload;
}

Append RingWriter::rewind(uint64_t key) {
  if (!index_.dropFrom(key)) return Append::ok;
  return putOwn(kind::rewind, key, nullptr, 0);
}

Append RingWriter::reset(double createdMs) {
  // The numbers first: whoever finds them without the time or the record forgets the same messages, their
  // keys being above, and a numbering that still looks old is begun anew once more.
  setNumbers({1, 1});
  ring_.header().createdMs.store(std::bit_cast<uint64_t>(createdMs), std::memory_order_release);
  index_.clear();
  uint8_t payload[sizeof createdMs];
  std::memcpy(payload, &createdMs, sizeof createdMs);
  return putOwn(kind::reset, 0, payload, sizeof payload);
}

}  // namespace hotlap::journal
