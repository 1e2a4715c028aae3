// Opening: what segments and ring hold, put together; then a new ring of the next generation.
#include <unistd.h>

#include <algorithm>

#include "core/journal/journal.h"
#include "core/journal/store_failure.h"

namespace hotlap::journal {

namespace {

/// Its header, a mark, and the longest record.
size_t leastSegmentBytes(size_t ringBytes) {
  return std::max(minSegmentBytes, std::min(ringBytes / 4, maxPayloadBytes) + 4096);
}

}  // namespace

struct Journal::Found {
  explicit Found(size_t ringBytes) : kept(ringBytes) {}

  KeptRecords kept;
  JournalEnd end;
  RingFile ring;
  Numbers next = {1, 1};
  uint64_t createdMs = std::bit_cast<uint64_t>(0.0);
  /// Of the last reset on the way: another time in a mark says that the numbering of `kept` has ended, the
  /// record of it never having reached the disk.
  uint64_t numberedMs = std::bit_cast<uint64_t>(0.0);
  uint32_t reserved = 0;
  RecordChain chain;
  bool isExact = true;

  /// @returns false for a record that does not follow the one before
  bool take(const RecordHeader& header, const uint8_t* record) {
    const bool isFirst = !chain.hasRecords;
    if (!chain.follows(header)) return false;
    isExact = false;
    const uint8_t* payload = record + sizeof(RecordHeader);
    if (header.kind == kind::mark) {
      if (header.length != sizeof(RecordHeader) + sizeof(Mark)) return false;
      Mark mark;
      std::memcpy(&mark, payload, sizeof mark);
      if (isFirst) numberedMs = std::bit_cast<uint64_t>(mark.createdMs);
      reserved = mark.reserved;
      isExact = (mark.flags & Mark::exact) != 0;
      takeNumbers(mark.next, std::bit_cast<uint64_t>(mark.createdMs));
    } else if (header.kind == kind::reset && header.length == sizeof(RecordHeader) + sizeof createdMs) {
      std::memcpy(&createdMs, payload, sizeof createdMs);
      numberedMs = createdMs;
      next = {1, 1};
    }
    kept.take(header, record);
    return true;
  }

  /// Numbers that are as new as the records before them, or newer; `isExact` when nobody goes on with them.
  void takeNumbers(Numbers newNext, uint64_t newCreatedMs) {
    next = newNext;
    createdMs = newCreatedMs;
    if (createdMs != numberedMs) kept.clear();
    // Under the next number lies at most the one that is about to leave.
    kept.dropFrom(uint64_t{next.out} + (isExact ? 0 : 1));
  }
};

Failure Journal::open(const JournalOptions& options, Recovery& recovery) {
  options_ = options;
  if (options.segmentBytes < leastSegmentBytes(options.ringBytes))
    return {"ERR_STORE_OPTIONS", "A segment of " + std::to_string(options.segmentBytes) +
                                     " bytes does not hold the longest record of the ring: give at least " +
                                     std::to_string(leastSegmentBytes(options.ringBytes)) + "."};
  if (options.block < leastBlock)
    return {"ERR_STORE_OPTIONS", "A block of " + std::to_string(options.block) +
                                     " numbers leaves none to an order, session messages having some set "
                                     "apart: give at least " +
                                     std::to_string(leastBlock) + "."};
  if (Failure failure = lock_.take(options.folder)) return failure;
  Found found(options.ringBytes);
  if (Failure failure = readSegments(found)) return failure;
  const bool isNew = found.end.segments.empty();
  if (Failure failure = readRing(found, recovery)) return failure;
  if (found.ring.isOpen() && found.ring.header().generation != found.chain.generation) {
    recovery.staleRing = true;
    found.ring = RingFile();
  }
  const uint64_t onDisk = found.chain.sequence;
  const bool isProven = found.isExact && !found.ring.isOpen();

  // Older segments hold what a ring of this size can show again.
  segments_.configure(options.folder, options.segmentBytes,
                      options.isLog ? SegmentWriter::keepAll : 1 + options.ringBytes / options.segmentBytes);
  generation_ = found.chain.generation;
  sequence_ = found.chain.sequence;
  const RecordHeader first = {0, 0, generation_, kind::mark, 0, 0};
  if (Failure failure = segments_.open(found.end, isProven, first, {{1, 1}, 0, Mark::exact, 0, 0}))
    return failure;
  if (found.ring.isOpen()) {
    if (Failure failure = takeRing(found)) return failure;
    recovery.from = Recovery::From::ring;
  } else if (isNew) {
    recovery.from = Recovery::From::nothing;
  } else if (found.isExact) {
    recovery.from = Recovery::From::disk;
  } else {
    recovery.from = Recovery::From::reserved;
    found.next.out = std::min(std::max(found.reserved, found.next.out - 1), maxNumber - 1) + 1;
    if (Failure failure = noteReset(found, mark(0))) return failure;
  }
  found.kept.dropFrom(found.next.out);
  recovery.next = found.next;
  recovery.createdMs = std::bit_cast<double>(found.createdMs);
  recovery.records = found.kept.records().size();
  recovery.fromRing = found.chain.sequence - onDisk;
  recovery.tornBytes = found.end.tornBytes;
  if (options.isLog && !isNew) {
    if (Failure failure = beginSegment(found)) return failure;
  }
  return makeRing(found);
}

Failure Journal::readSegments(Found& found) {
  const RecordSink sink = [&found](const RecordHeader& header, const uint8_t* record) {
    return found.take(header, record);
  };
  return readJournal(options_.folder, options_.isLog, sink, found.end);
}

Failure Journal::readRing(Found& found, Recovery& recovery) {
  if (Failure failure = RingFile::open(options_.ringFile, found.ring)) return failure;
  if (!found.ring.isOpen()) return {};
  const RingHeader& header = found.ring.header();
  if (header.journalId != found.end.journalId) {
    // Left by a store whose folder is gone.
    recovery.staleRing = true;
    found.ring = RingFile();
    return {};
  }
  const bool isUsed = header.opened.load(std::memory_order_acquire) != 0;
  if (header.generation > found.chain.generation && isUsed)
    return {"ERR_STORE_GENERATION",
            "The store's ring " + options_.ringFile + " is of generation " +
                std::to_string(header.generation) + ", the folder " + options_.folder + " of " +
                std::to_string(found.chain.generation) +
                ": it was put back to an older copy. Restore the newer one; numbers would be used twice."};
  return {};
}

/// What a killed process had left in the ring goes to the disk, then its numbers, which are exact.
Failure Journal::takeRing(Found& found) {
  RingHeader& header = found.ring.header();
  const uint64_t written = header.written.load(std::memory_order_acquire);
  const std::string where = "The store's ring " + options_.ringFile;
  const Numbers next = Numbers::of(header.next.load(std::memory_order_acquire));
  const uint64_t createdMs = header.createdMs.load(std::memory_order_acquire);
  const uint32_t reserved =
      std::max({found.reserved, static_cast<uint32_t>(header.reserved.load()), next.out - 1});
  const auto now = [&](uint32_t flags) {
    return Mark{next, reserved, flags, std::bit_cast<double>(createdMs), segments_.durable()};
  };
  for (uint64_t at = header.oldest.load(std::memory_order_acquire); at < written;) {
    const size_t step = found.ring.stepAt(at);
    const uint8_t* record = found.ring.bytes() + (at & (found.ring.capacity() - 1));
    const RecordHeader one = headerAt(record);
    const bool isGood = step != 0 && step <= written - at && inspectRecord(record, step) == RecordState::good;
    at += step;
    if (isGood && (one.kind == kind::pad || one.sequence <= found.chain.sequence)) continue;
    if (!isGood || !found.take(one, record))
      return {"ERR_STORE_DAMAGED",
              where + " is damaged at byte " +
                  std::to_string(ringHeaderBytes +
                                 static_cast<size_t>((at - step) & (found.ring.capacity() - 1))) +
                  ": move it away and start again; numbers then continue behind the reserved block."};
    if (Failure failure = segments_.append(record, one, now(0))) return failure;
    sequence_ = one.sequence;
  }
  // The numbers have no checksum: what the records say of them they must fit. A reset sets them before all
  // else.
  const uint64_t newest = found.kept.records().empty() ? 0 : found.kept.records().back().key;
  const bool isBegun = next.packed() == Numbers{1, 1}.packed() || createdMs != found.numberedMs;
  if (next.out == 0 || next.in == 0 || (next.out < newest && !isBegun))
    return {"ERR_STORE_DAMAGED", where + " has numbers that do not belong to its records (" +
                                     std::to_string(next.out) + " behind " + std::to_string(newest) +
                                     "): move it away and start again; numbers then continue behind the "
                                     "reserved block."};
  found.isExact = true;
  found.takeNumbers(next, createdMs);
  if (Failure failure = noteReset(found, now(0))) return failure;
  if (Failure failure = segments_.appendMark(generation_, sequence_, now(Mark::exact))) return failure;
  return segments_.sync();
}

/// The record of a reset that was under way when its process or its host ended.
Failure Journal::noteReset(const Found& found, const Mark& mark) {
  if (found.createdMs == found.numberedMs) return {};
  uint8_t record[recordSize(sizeof found.createdMs)];
  writeRecord(record, generation_, kind::reset, ++sequence_, 0,
              reinterpret_cast<const uint8_t*>(&found.createdMs), sizeof found.createdMs);
  return segments_.append(record, headerAt(record), mark);
}

/// A log is read from a segment that begins with a run: a start finds it without reading what lies before.
Failure Journal::beginSegment(const Found& found) {
  if (segments_.used() < options_.segmentBytes / 16) return {};
  const RecordHeader header = {0, 0, generation_, kind::mark, sequence_, 0};
  return segments_.beginNext(header, {found.next, found.next.out - 1, Mark::exact,
                                      std::bit_cast<double>(found.createdMs), segments_.durable()});
}

/// Put in place before the disk knows its generation, marked as opened after: at every moment one of the two
/// is exact.
Failure Journal::makeRing(const Found& found) {
  if (Failure failure = RingFile::create(options_.ringFile, options_.ringBytes, ring_)) return failure;
  RingHeader& header = ring_.header();
  ++generation_;
  header.generation = generation_;
  header.journalId = segments_.journalId();
  const auto& records = found.kept.records();
  const size_t longest = std::min(ring_.capacity() / 4, maxPayloadBytes);
  size_t bytes = 0;
  size_t first = records.size();
  for (; first > 0; --first) {
    const size_t size = KeptRecords::sizeOf(records[first - 1]);
    if (size > longest || bytes + size > ring_.capacity()) break;
    bytes += size;
  }
  uint64_t at = 0;
  for (; first < records.size(); ++first) {
    const KeptRecords::Record& one = records[first];
    writeRecord(ring_.bytes() + at, generation_, one.kind, one.sequence, one.key, one.payload.data(),
                one.payload.size());
    at += KeptRecords::sizeOf(one);
  }
  header.written.store(at);
  header.sequence.store(sequence_);
  header.next.store(found.next.packed());
  header.createdMs.store(found.createdMs);
  drained_ = at;
  header.drained.store(at);
  if (Failure failure = ring_.publish()) return failure;
  // Only those that were used count: a start and an end in order use up none of the block.
  reserved_ = std::min(maxNumber, found.next.out - 1 + options_.block);
  markedNext_ = found.next.packed();
  markedReserved_ = reserved_;
  if (Failure failure = segments_.appendMark(generation_, sequence_, mark(0))) return failure;
  if (Failure failure = segments_.sync()) return failure;
  if (options_.isLog) {
    if (Failure failure = markTwice(mark(0))) return failure;
  }
  header.reserved.store(reserved_);
  header.opened.store(1, std::memory_order_release);
  isOpen_ = true;
  return {};
}

}  // namespace hotlap::journal
