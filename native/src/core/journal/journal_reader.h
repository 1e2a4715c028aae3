// Reads a journal from its beginning to what its ring holds, record by record, beside whoever writes it:
// nothing is locked, cut or changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/host/failure.h"
#include "core/journal/segment.h"

namespace hotlap::journal {

/// A record and where it lies.
struct ReadRecord {
  RecordHeader header;
  /// Valid until the next call.
  const uint8_t* payload;
  size_t payloadBytes;
  /// 0 for one that only the ring held.
  uint64_t segment;
  size_t offset;
};

class JournalReader {
 public:
  /// @param ringFile empty: segments only
  /// @param fromSegment the first to be read; 0 for the oldest there is
  Failure open(const std::string& folder, const std::string& ringFile, uint64_t fromSegment);
  /// The next record of the caller's kinds. @returns false at the end, or with a failure
  bool next(ReadRecord& record, Failure& failure);

  const std::vector<uint64_t>& segments() const { return segments_; }
  /// Bytes of an unfinished write at the end, once it has been reached. A process that writes just now may
  /// finish it.
  size_t tornBytes() const { return tornBytes_; }

 private:
  Failure copyRing();
  Failure loadSegment();
  Failure readFrom(size_t offset);
  bool nextOfSegment(ReadRecord& record, Failure& failure);
  bool nextOfRing(ReadRecord& record, Failure& failure);
  Failure checkRing() const;
  std::string path() const { return folder_ + "/" + segmentName(segments_[index_]); }
  bool isLast() const { return index_ + 1 == segments_.size(); }

  std::string folder_;
  std::string ringFile_;
  std::vector<uint64_t> segments_;
  size_t index_ = 0;
  uint64_t journalId_ = 0;
  RecordChain chain_;
  /// The present segment, whole: a disk that cannot read it is an errno here, where a mapped file would end
  /// the process.
  std::vector<uint8_t> bytes_;
  bool isLoaded_ = false;
  size_t at_ = 0;
  size_t tornBytes_ = 0;

  /// The ring as it was before the first segment was read: together they have every record.
  std::vector<uint8_t> ring_;
  bool isRing_ = false;
  uint64_t ringJournalId_ = 0;
  uint32_t ringGeneration_ = 0;
  uint64_t ringAt_ = 0;
  uint64_t ringEnd_ = 0;
};

}  // namespace hotlap::journal
