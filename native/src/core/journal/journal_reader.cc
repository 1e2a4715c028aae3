#include "core/journal/journal_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/journal/ring_file.h"
#include "core/journal/segment_reader.h"
#include "core/journal/store_failure.h"

namespace hotlap::journal {

namespace {

/// Looks at a place that seems damaged: a process that writes just now may have written it between two reads.
constexpr int looks = 4;

/// A regular file, open for reading as long as this is.
class ReadFile {
 public:
  ~ReadFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  /// @returns the failure's errno; 0 for none
  int open(const std::string& path, size_t mostBytes) {
    fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat status;
    if (fd_ < 0 || fstat(fd_, &status) != 0) return errno;
    if (!S_ISREG(status.st_mode)) return EINVAL;
    if (static_cast<uint64_t>(status.st_size) > mostBytes) return EFBIG;
    size_ = static_cast<size_t>(status.st_size);
    return 0;
  }
  int read(uint8_t* bytes, size_t size, size_t offset) const {
    while (size > 0) {
      const ssize_t got = pread(fd_, bytes, size, static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return errno;
      if (got == 0) return EIO;
      bytes += got;
      size -= static_cast<size_t>(got);
      offset += static_cast<size_t>(got);
    }
    return 0;
  }
  size_t size() const { return size_; }

 private:
  int fd_ = -1;
  size_t size_ = 0;
};

Failure notRead(int error, const std::string& path) {
  return storeFailure(error, "The store's " + path + " could not be read");
}

}  // namespace

Failure JournalReader::open(const std::string& folder, const std::string& ringFile, uint64_t fromSegment) {
  folder_ = folder;
  ringFile_ = ringFile;
  // Before the segments: what leaves the ring from now on is found in them.
  if (!ringFile.empty()) {
    if (Failure failure = copyRing()) return failure;
  }
  if (Failure failure = listSegments(folder, segments_)) return failure;
  std::erase_if(segments_, [fromSegment](uint64_t number) { return number < fromSegment; });
  for (size_t index = 1; index < segments_.size(); ++index)
    if (segments_[index] != segments_[index - 1] + 1) return missingSegment(folder, segments_[index - 1] + 1);
  return {};
}

bool JournalReader::next(ReadRecord& record, Failure& failure) {
  while (index_ < segments_.size()) {
    if (!isLoaded_) {
      failure = loadSegment();
      if (failure) return false;
    }
    if (nextOfSegment(record, failure)) return true;
    if (failure) return false;
    ++index_;
    isLoaded_ = false;
  }
  if (!isRing_) return false;
  failure = checkRing();
  return !failure && isRing_ && nextOfRing(record, failure);
}

Failure JournalReader::loadSegment() {
  if (Failure failure = readFrom(0)) return failure;
  if (Failure failure = checkSegment(bytes_.data(), bytes_.size(), path(), segments_[index_], journalId_))
    return failure;
  at_ = sizeof(SegmentHeader);
  isLoaded_ = true;
  return {};
}

Failure JournalReader::readFrom(size_t offset) {
  ReadFile file;
  if (const int error = file.open(path(), maxSegmentBytes); error != 0) return notRead(error, path());
  bytes_.resize(file.size());
  if (offset >= bytes_.size()) return {};
  const int error = file.read(bytes_.data() + offset, bytes_.size() - offset, offset);
  return error == 0 ? Failure{} : notRead(error, path());
}

bool JournalReader::nextOfSegment(ReadRecord& record, Failure& failure) {
  for (int look = 0;;) {
    const RecordState state = inspectRecord(bytes_.data() + at_, bytes_.size() - at_);
    if (state == RecordState::good) {
      const RecordHeader header = headerAt(bytes_.data() + at_);
      if (chain_.follows(header)) {
        const size_t offset = at_;
        at_ += alignedSize(header.length);
        look = 0;
        if (header.kind >= kind::own) continue;
        record = {header, bytes_.data() + offset + sizeof header, header.length - sizeof header,
                  segments_[index_], offset};
        return true;
      }
    }
    const SegmentScan scan =
        judgeEnd(bytes_.data(), bytes_.size(), segments_[index_], at_, state != RecordState::end, isLast());
    if (scan.end == SegmentScan::End::clean) return false;
    if (isLast() && ++look < looks) {
      failure = readFrom(at_);
      if (failure) return false;
      continue;
    }
    if (scan.end == SegmentScan::End::damaged)
      failure = damagedAt(path(), scan.offset, "a bad record with good ones behind it");
    tornBytes_ = scan.tornBytes;
    return false;
  }
}

Failure JournalReader::copyRing() {
  ReadFile file;
  const int missing = file.open(ringFile_, ringHeaderBytes + maxRingBytes);
  if (missing == ENOENT) return {};
  if (missing != 0) return notRead(missing, ringFile_);
  RingHeader before{};
  RingHeader after{};
  if (file.size() < ringHeaderBytes) return damagedAt(ringFile_, 0, "it is shorter than its header");
  ring_.resize(file.size() - ringHeaderBytes);
  int error = file.read(reinterpret_cast<uint8_t*>(&before), sizeof before, 0);
  if (error == 0) error = file.read(ring_.data(), ring_.size(), ringHeaderBytes);
  if (error == 0) error = file.read(reinterpret_cast<uint8_t*>(&after), sizeof after, 0);
  if (error != 0) return notRead(error, ringFile_);
  if (before.magic != RingHeader::magicValue)
    return damagedAt(ringFile_, 0, "it does not begin as a ring does");
  if (before.version != RingHeader::layoutVersion)
    return versionFailure(ringFile_, before.version, RingHeader::layoutVersion);
  if (before.capacity != ring_.size() || !std::has_single_bit(before.capacity))
    return damagedAt(ringFile_, 0, "its size is not the one in its header");
  // One that was never opened has no record that the disk has not.
  isRing_ = before.opened.load() == 1;
  ringJournalId_ = before.journalId;
  ringGeneration_ = before.generation;
  // What the writer has given up meanwhile may be written over in the copy, and is on the disk.
  ringAt_ = std::max(before.oldest.load(), after.oldest.load());
  ringEnd_ = before.written.load();
  return {};
}

/// Whether the ring belongs to what the segments told; one that was left over from before is put aside.
Failure JournalReader::checkRing() const {
  if (ringJournalId_ == journalId_ && ringGeneration_ > chain_.generation)
    return {"ERR_STORE_GENERATION", "The store's ring " + ringFile_ + " is of generation " +
                                        std::to_string(ringGeneration_) + ", the folder " + folder_ + " of " +
                                        std::to_string(chain_.generation) +
                                        ": it was put back to an older copy. Restore the newer one."};
  return {};
}

bool JournalReader::nextOfRing(ReadRecord& record, Failure& failure) {
  if (ringJournalId_ != journalId_ || ringGeneration_ != chain_.generation) return false;
  while (ringAt_ < ringEnd_) {
    const size_t offset = static_cast<size_t>(ringAt_) & (ring_.size() - 1);
    const size_t straight = std::min<uint64_t>(ring_.size() - offset, ringEnd_ - ringAt_);
    const bool isGood = inspectRecord(ring_.data() + offset, straight) == RecordState::good;
    const RecordHeader header = headerAt(ring_.data() + offset);
    const bool isKnown = isGood && (header.kind == kind::pad || header.sequence <= chain_.sequence);
    if (!isKnown && (!isGood || !chain_.follows(header))) {
      failure = damagedAt(ringFile_, ringHeaderBytes + offset, "a bad record");
      return false;
    }
    ringAt_ += header.kind == kind::pad ? straight : alignedSize(header.length);
    if (isKnown || header.kind >= kind::own) continue;
    record = {header, ring_.data() + offset + sizeof header, header.length - sizeof header, 0,
              ringHeaderBytes + offset};
    return true;
  }
  return false;
}

}  // namespace hotlap::journal
