#include "core/journal/segment_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/journal/store_failure.h"

namespace hotlap::journal {

namespace {

/// Records wait here for one write: larger than any record.
constexpr size_t bufferBytes = 4 * maxPayloadBytes;

Failure writeAll(int fd, const uint8_t* bytes, size_t size, size_t offset, const std::string& path) {
  while (size > 0) {
    const ssize_t written = pwrite(fd, bytes, size, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return storeFailure(errno, "The store's " + path + " could not be written");
    bytes += written;
    size -= static_cast<size_t>(written);
    offset += static_cast<size_t>(written);
  }
  return {};
}

Failure syncFolder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool isSynced = fd >= 0 && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  return isSynced ? Failure{}
                  : storeFailure(error, "The store's folder " + folder + " could not be synchronised");
}

}  // namespace

SegmentWriter::~SegmentWriter() {
  if (fd_ >= 0) ::close(fd_);
}

void SegmentWriter::configure(const std::string& folder, size_t segmentBytes, size_t keep) {
  folder_ = folder;
  segmentBytes_ = segmentBytes;
  keep_ = keep;
  buffer_.resize(bufferBytes);
}

Failure SegmentWriter::open(const JournalEnd& end, const RecordHeader& markHeader, const Mark& mark) {
  if (end.segments.empty()) {
    uint64_t id = 0;
    if (getrandom(&id, sizeof id, 0) != ssize_t{sizeof id} || id == 0)
      return storeFailure(EIO, "The store in " + folder_ + " could not be given a number of its own");
    journalId_ = id;
    oldest_ = 1;
    return begin(1, markHeader, mark);
  }
  journalId_ = end.journalId;
  number_ = end.segment;
  oldest_ = end.segments.front();
  size_ = end.segmentBytes;
  offset_ = end.offset;
  fd_ = ::open(path(number_).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd_ < 0) return storeFailure(errno, "The store's " + path(number_) + " could not be opened");
  // What was read may never have reached the disk.
  isSynced_ = false;
  return sync();
}

/// Under another name until header and mark are on the disk: a segment with a name is whole.
Failure SegmentWriter::begin(uint64_t number, const RecordHeader& markHeader, const Mark& mark) {
  const std::string name = path(number);
  const std::string temporary = name + ".new";
  const std::string what = "The store's " + name + " could not be made";
  unlink(temporary.c_str());
  const int fd = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return storeFailure(errno, what);
  SegmentHeader header = {};
  header.magic = SegmentHeader::magicValue;
  header.version = SegmentHeader::layoutVersion;
  header.journalId = journalId_;
  header.number = number;
  header.bytes = segmentBytes_;
  header.crc = segmentCrc(header);
  uint8_t first[sizeof header + recordSize(sizeof(Mark))];
  std::memcpy(first, &header, sizeof header);
  writeRecord(first + sizeof header, markHeader.generation, kind::mark, markHeader.sequence, 0,
              reinterpret_cast<const uint8_t*>(&mark), sizeof mark);
  const int refused = posix_fallocate(fd, 0, static_cast<off_t>(segmentBytes_));
  Failure failure = refused != 0 ? storeFailure(refused, what) : writeAll(fd, first, sizeof first, 0, name);
  if (!failure && (fsync(fd) != 0 || rename(temporary.c_str(), name.c_str()) != 0))
    failure = storeFailure(errno, what);
  if (!failure) failure = syncFolder(folder_);
  if (failure) {
    ::close(fd);
    unlink(temporary.c_str());
    return failure;
  }
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
  number_ = number;
  size_ = segmentBytes_;
  offset_ = sizeof first;
  durable_ = positionOf(number, offset_);
  isSynced_ = true;
  for (; oldest_ + keep_ < number; ++oldest_) unlink(path(oldest_).c_str());
  return {};
}

void SegmentWriter::stage(const uint8_t* bytes, size_t size) {
  std::memcpy(buffer_.data() + used_, bytes, size);
  used_ += size;
}

Failure SegmentWriter::append(const uint8_t* record, const RecordHeader& header, const Mark& mark) {
  const size_t size = alignedSize(header.length);
  if (end() + size > size_) {
    if (Failure failure = sync()) return failure;
    RecordHeader before = header;
    --before.sequence;
    if (Failure failure = begin(number_ + 1, before, mark)) return failure;
  }
  if (used_ + size > buffer_.size()) {
    if (Failure failure = flush()) return failure;
  }
  stage(record, size);
  return {};
}

Failure SegmentWriter::appendMark(uint32_t generation, uint64_t sequence, const Mark& mark) {
  uint8_t record[recordSize(sizeof(Mark))];
  writeRecord(record, generation, kind::mark, sequence, 0, reinterpret_cast<const uint8_t*>(&mark),
              sizeof mark);
  // A segment that is begun for it begins with it.
  if (end() + sizeof record > size_) {
    if (Failure failure = sync()) return failure;
    return begin(number_ + 1, headerAt(record), mark);
  }
  if (used_ + sizeof record > buffer_.size()) {
    if (Failure failure = flush()) return failure;
  }
  stage(record, sizeof record);
  return {};
}

Failure SegmentWriter::flush() {
  if (used_ == 0) return {};
  if (Failure failure = writeAll(fd_, buffer_.data(), used_, offset_, path(number_))) return failure;
  offset_ += used_;
  used_ = 0;
  isSynced_ = false;
  return {};
}

Failure SegmentWriter::sync() {
  if (Failure failure = flush()) return failure;
  if (!isSynced_ && fdatasync(fd_) != 0)
    return storeFailure(errno, "The store's " + path(number_) + " could not be synchronised");
  isSynced_ = true;
  durable_ = positionOf(number_, offset_);
  return {};
}

}  // namespace hotlap::journal
