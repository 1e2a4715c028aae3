// The hot side of a ring: appends without a system call, a page fault or an allocation, and reads back by
// key.
#pragma once

#include <algorithm>
#include <bit>
#include <memory>
#include <string>

#include "core/journal/key_index.h"
#include "core/journal/ring_file.h"

namespace hotlap::journal {

enum class Append : int32_t { ok = 0, full = -1, failed = -2 };

class RingWriter {
 public:
  /// Continues a ring that a drain has opened; its records are indexed by key.
  static Failure attach(const std::string& path, std::unique_ptr<RingWriter>& out);

  /// Payloads up to a quarter of the ring; a longer one is for the caller to keep away.
  size_t maxPayload() const { return std::min(ring_.capacity() / 4 - sizeof(RecordHeader), maxPayloadBytes); }

  /// @param kindOf below kind::own. Keys rise; a record whose key comes again replaces it and those above.
  Append append(uint32_t kindOf, uint64_t key, const uint8_t* payload, size_t bytes);
  /// A record of a log, with key 0: never read back from the ring. One that is not urgent leaves a quarter of
  /// the ring to those that are, and is refused once the disk has failed; urgent ones then still go into the
  /// ring, for the next start.
  Append log(uint32_t kindOf, const uint8_t* payload, size_t bytes, bool isUrgent);
  /// Copies the payload of the record with this key. @returns its bytes, 0 where there is none or it does not
  /// fit
  size_t read(uint64_t key, uint8_t* out, size_t room) const;
  /// When the present numbering began; 0 for never.
  double createdMs() const { return std::bit_cast<double>(ring_.header().createdMs.load()); }
  uint64_t oldestKey() const { return index_.oldestKey(); }

  Numbers numbers() const { return Numbers::of(ring_.header().next.load(std::memory_order_acquire)); }
  void setNumbers(Numbers next) { ring_.header().next.store(next.packed(), std::memory_order_release); }
  /// Records with this key and above never left. Noted in the ring even when the disk has failed.
  Append rewind(uint64_t key);
  /// A new numbering begins at 1 and 1; what was kept is forgotten, noted in the ring as a rewind is: a
  /// session whose disk has failed still logs on, and cancels.
  Append reset(double createdMs);

 private:
  explicit RingWriter(RingFile&& ring);
  Failure index();
  Append put(uint32_t kindOf, uint64_t key, const uint8_t* payload, size_t bytes, size_t spare);
  Append putOwn(uint32_t kindOf, uint64_t key, const uint8_t* payload, size_t bytes);

  RingFile ring_;
  KeyIndex index_;
  // What only this side writes, beside the shared words: a load from the header would do as well.
  uint64_t written_ = 0;
  uint64_t oldest_ = 0;
  uint64_t sequence_ = 0;
  uint32_t generation_ = 0;
};

}  // namespace hotlap::journal
