// Reads a journal's segments back, and tells a write that was cut off from damage.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/host/failure.h"
#include "core/journal/segment.h"

namespace hotlap::journal {

/// What the bytes of one segment hold.
struct SegmentScan {
  enum class End { clean, torn, damaged } end;
  /// Behind the last good record.
  size_t offset;
  /// Bytes from there to the last one that is not zero.
  size_t tornBytes;
};

/// Called for each good record in order. @returns false where it does not follow the one before
using RecordSink = std::function<bool(const RecordHeader& header, const uint8_t* record)>;

/**
 * @param bytes the whole segment, header checked
 * @param isLast torn writes are found at the end of the last segment only
 */
SegmentScan scanSegment(const uint8_t* bytes, size_t size, uint64_t number, bool isLast,
                        const RecordSink& sink);

/// Where reading stopped: the place at which writing goes on.
struct JournalEnd {
  uint64_t journalId = 0;
  uint64_t segment = 0;
  size_t segmentBytes = 0;
  size_t offset = 0;
  /// Cut from the end, for the log.
  size_t tornBytes = 0;
  std::vector<uint64_t> segments;
};

/// What the bytes behind the last good record are.
/// @param isBad there is a record, and it is damaged or does not follow
SegmentScan judgeEnd(const uint8_t* bytes, size_t size, uint64_t number, size_t at, bool isBad, bool isLast);

/// Numbers of the segments in a folder, rising.
Failure listSegments(const std::string& folder, std::vector<uint64_t>& numbers);

/// @param journalId of the segments before; 0 for the first, which sets it
Failure checkSegment(const uint8_t* bytes, size_t size, const std::string& path, uint64_t number,
                     uint64_t& journalId);

/// "The store's FILE is damaged at byte N (what): remedy."
Failure damagedAt(const std::string& path, size_t offset, const std::string& what);
/// A segment is not there, the ones around it are.
Failure missingSegment(const std::string& folder, uint64_t number);

/// All segments of a folder in order, or the last one only; none is no failure. A torn end is overwritten
/// with zeros.
Failure readJournal(const std::string& folder, bool lastOnly, const RecordSink& sink, JournalEnd& end);

}  // namespace hotlap::journal
