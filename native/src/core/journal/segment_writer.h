// Writes records into preallocated segments: gathered in one buffer, written at once, synchronised on demand.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/journal/segment_reader.h"

namespace hotlap::journal {

class SegmentWriter {
 public:
  static constexpr size_t keepAll = size_t{1} << 40;

  ~SegmentWriter();

  /// @param keep older segments that stay when a new one is begun
  void configure(const std::string& folder, size_t segmentBytes, size_t keep);
  /// Goes on where reading ended; without segments the first one is made.
  /// @param isProven the last one was synchronised behind its last byte. Else it is written anew: after a
  /// sync that failed the kernel takes its pages for clean, and another sync of the same file would prove
  /// nothing
  Failure open(const JournalEnd& end, bool isProven, const RecordHeader& markHeader, const Mark& mark);

  /// A record as it lies in the ring. Another segment is begun, with the mark as its first record, where it
  /// does not fit.
  Failure append(const uint8_t* record, const RecordHeader& header, const Mark& mark);
  /// Another segment, with the mark as its first record; what was appended is on the disk before.
  Failure beginNext(const RecordHeader& markHeader, const Mark& mark);
  Failure appendMark(uint32_t generation, uint64_t sequence, const Mark& mark);
  /// Everything appended is on the disk afterwards.
  Failure sync();

  /// Bytes of the present segment that hold something.
  size_t used() const { return end(); }
  uint64_t journalId() const { return journalId_; }
  /// Behind the last byte that is known to be on the disk.
  uint64_t durable() const { return durable_; }

 private:
  Failure begin(uint64_t number, const RecordHeader& markHeader, const Mark& mark);
  Failure writeAnew(const JournalEnd& end);
  Failure make(uint64_t number, size_t size, const uint8_t* bytes, size_t used);
  Failure flush();
  void stage(const uint8_t* bytes, size_t size);
  size_t end() const { return offset_ + used_; }
  std::string path(uint64_t number) const { return folder_ + "/" + segmentName(number); }

  std::string folder_;
  size_t segmentBytes_ = 0;
  size_t keep_ = 0;
  int fd_ = -1;
  uint64_t journalId_ = 0;
  uint64_t number_ = 0;
  uint64_t oldest_ = 0;
  /// Of this segment; an older one may have been made with another.
  size_t size_ = 0;
  size_t offset_ = 0;
  uint64_t durable_ = 0;
  bool isSynced_ = true;
  std::vector<uint8_t> buffer_;
  size_t used_ = 0;
};

}  // namespace hotlap::journal
