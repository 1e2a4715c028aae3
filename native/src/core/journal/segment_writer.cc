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

bool readAll(int fd, std::vector<uint8_t>& bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t read = pread(fd, bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
    if (read < 0 && errno == EINTR) continue;
    if (read == 0) errno = EIO;
    if (read <= 0) return false;
    at += static_cast<size_t>(read);
  }
  return true;
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

Failure SegmentWriter::open(const JournalEnd& end, bool isProven, const RecordHeader& markHeader,
                            const Mark& mark) {
  if (end.segments.empty()) {
    uint64_t id = 0;
    if (getrandom(&id, sizeof id, 0) != ssize_t{sizeof id} || id == 0)
      return storeFailure(EIO, "The store in " + folder_ + " could not be given a number of its own");
    journalId_ = id;
    oldest_ = 1;
    return begin(1, markHeader, mark);
  }
  journalId_ = end.journalId;
  oldest_ = end.segments.front();
  if (!isProven) return writeAnew(end);
  number_ = end.segment;
  size_ = end.segmentBytes;
  offset_ = end.offset;
  fd_ = ::open(path(number_).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd_ < 0) return storeFailure(errno, "The store's " + path(number_) + " could not be opened");
  durable_ = positionOf(number_, offset_);
  return {};
}

Failure SegmentWriter::writeAnew(const JournalEnd& end) {
  const std::string name = path(end.segment);
  std::vector<uint8_t> bytes(end.offset);
  const int fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  const bool isRead = fd >= 0 && readAll(fd, bytes);
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (!isRead) return storeFailure(error, "The store's " + name + " could not be read");
  return make(end.segment, end.segmentBytes, bytes.data(), bytes.size());
}

Failure SegmentWriter::begin(uint64_t number, const RecordHeader& markHeader, const Mark& mark) {
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
  if (Failure failure = make(number, segmentBytes_, first, sizeof first)) return failure;
  for (; oldest_ + keep_ < number; ++oldest_) unlink(path(oldest_).c_str());
  return {};
}

/// Under another name until its first bytes are on the disk: a segment with a name is whole.
Failure SegmentWriter::make(uint64_t number, size_t size, const uint8_t* bytes, size_t used) {
  const std::string name = path(number);
  const std::string temporary = name + ".new";
  const std::string what = "The store's " + name + " could not be made";
  unlink(temporary.c_str());
  const int fd = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return storeFailure(errno, what);
  const int refused = posix_fallocate(fd, 0, static_cast<off_t>(size));
  Failure failure = refused != 0 ? storeFailure(refused, what) : writeAll(fd, bytes, used, 0, name);
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
  size_ = size;
  offset_ = used;
  durable_ = positionOf(number, offset_);
  isSynced_ = true;
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

Failure SegmentWriter::beginNext(const RecordHeader& markHeader, const Mark& mark) {
  if (Failure failure = sync()) return failure;
  return begin(number_ + 1, markHeader, mark);
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
