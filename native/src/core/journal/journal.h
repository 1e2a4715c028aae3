// A journal as the housekeeping side has it: opened and recovered, drained from the ring to the disk, closed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/journal/folder_lock.h"
#include "core/journal/kept_records.h"
#include "core/journal/ring_file.h"
#include "core/journal/segment_writer.h"

namespace hotlap::journal {

struct JournalOptions {
  /// Exists; holds the segments.
  std::string folder;
  /// In shared memory.
  std::string ringFile;
  size_t ringBytes;
  size_t segmentBytes;
  /// Numbers reserved at a time; renewed when half of them are used.
  uint32_t block;
  /// A log keeps every segment for others to read; its records have key 0 and are not read back from the
  /// ring. A start reads the last segment only, and begins another where that one is not nearly empty.
  bool isLog = false;
};

/// What was found.
struct Recovery {
  enum class From : int32_t {
    nothing = 0,
    /// Closed in order.
    disk = 1,
    /// A ring was left over: the process had been killed.
    ring = 2,
    /// Neither: the host had gone down. Numbers go on behind the reserved block.
    reserved = 3,
  } from = From::nothing;
  Numbers next = {1, 1};
  double createdMs = 0;
  uint64_t records = 0;
  uint64_t fromRing = 0;
  size_t tornBytes = 0;
  /// A ring that belonged to another generation or to another store was put aside.
  bool staleRing = false;
};

inline constexpr uint32_t maxNumber = 2'147'483'646;
/// Half a block is what is left when the next is asked for: more than what a session sets apart for its own
/// messages.
inline constexpr uint32_t leastBlock = 256;

/// What has come in on a session, in one numbering of it.
struct Inbound {
  uint32_t next;
  /// Bits of a double, as RingHeader has it.
  uint64_t createdMs;
};

class Journal {
 public:
  Failure open(const JournalOptions& options, Recovery& recovery);

  /// Writes what the hot side has appended, bounded, and waits for the disk. @returns records written, -1
  /// once failed
  int32_t poll();
  /// Everything is on the disk, the numbers exactly, and the ring is gone. After a failure the ring stays.
  void close();

  /// What the hot side has counted by now; before the journal is closed.
  Inbound inbound() const;
  /// From now on no mark says more of what has come in: the rest is not kept elsewhere yet.
  void limitInbound(const Inbound& limit) { limit_ = limit; }
  /// Position behind everything that was appended, also of a journal that was closed.
  uint64_t written() const;
  bool isOnDisk(uint64_t position) const { return drained_ >= position && !failure_; }

  uint32_t reserved() const { return reserved_; }
  uint32_t generation() const { return generation_; }
  const Failure& failure() const { return failure_; }

 private:
  struct Found;
  Failure readSegments(Found& found);
  Failure readRing(Found& found, Recovery& recovery);
  Failure takeRing(Found& found);
  Failure noteReset(const Found& found, const Mark& mark);
  Failure makeRing(const Found& found);
  Failure beginSegment(const Found& found);
  Failure markTwice(const Mark& mark);
  Failure drain(size_t maxBytes, int32_t& records);
  Mark mark(uint32_t flags) const;
  Numbers numbers() const;
  void fail(const Failure& failure);

  JournalOptions options_;
  FolderLock lock_;
  RingFile ring_;
  SegmentWriter segments_;
  Failure failure_;
  std::optional<Inbound> limit_;
  uint64_t drained_ = 0;
  uint64_t closedAt_ = 0;
  uint64_t sequence_ = 0;
  uint32_t generation_ = 0;
  /// What the hot side may use.
  uint32_t reserved_ = 0;
  /// Of the last mark.
  uint64_t markedNext_ = 0;
  uint32_t markedReserved_ = 0;
  bool isSealed_ = true;
  bool isOpen_ = false;
};

}  // namespace hotlap::journal
