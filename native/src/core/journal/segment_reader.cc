#include "core/journal/segment_reader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "core/journal/store_failure.h"

namespace hotlap::journal {

namespace {

constexpr const char* prefix = "segment-";
constexpr const char* suffix = ".journal";
constexpr size_t digits = 8;

/// A mark behind the place that says the place had reached the disk: what is bad there was good once.
bool wasDurable(const uint8_t* bytes, size_t size, uint64_t number, size_t offset) {
  for (size_t at = offset; at + sizeof(RecordHeader) <= size; at += recordAlign) {
    const RecordHeader header = headerAt(bytes + at);
    if (header.kind != kind::mark || header.length != sizeof(RecordHeader) + sizeof(Mark) ||
        inspectRecord(bytes + at, size - at) != RecordState::good)
      continue;
    Mark mark;
    std::memcpy(&mark, bytes + at + sizeof(RecordHeader), sizeof mark);
    if (mark.durable > positionOf(number, offset)) return true;
  }
  return false;
}

size_t lastByte(const uint8_t* bytes, size_t size, size_t from) {
  while (size > from && bytes[size - 1] == 0) --size;
  return size;
}

/// A file mapped for as long as it is read.
class MappedFile {
 public:
  ~MappedFile() {
    if (bytes_ != nullptr) munmap(bytes_, size_);
    if (fd_ >= 0) ::close(fd_);
  }
  Failure open(const std::string& path) {
    fd_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    struct stat status;
    if (fd_ < 0 || fstat(fd_, &status) != 0)
      return storeFailure(errno, "The store's " + path + " could not be opened");
    if (Failure failure = checkOwner(status, path)) return failure;
    size_ = static_cast<size_t>(status.st_size);
    if (size_ == 0) return {};
    void* memory = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd_, 0);
    if (memory == MAP_FAILED) return storeFailure(errno, "The store's " + path + " could not be read");
    bytes_ = static_cast<uint8_t*>(memory);
    return {};
  }
  const uint8_t* bytes() const { return bytes_; }
  size_t size() const { return size_; }
  int fd() const { return fd_; }

 private:
  int fd_ = -1;
  uint8_t* bytes_ = nullptr;
  size_t size_ = 0;
};

/// Zeros from the offset on, on the disk before anything is written there again.
Failure cut(const MappedFile& file, const std::string& path, size_t offset, size_t bytes) {
  const std::vector<uint8_t> zeros(bytes);
  if (pwrite(file.fd(), zeros.data(), bytes, static_cast<off_t>(offset)) != static_cast<ssize_t>(bytes) ||
      fdatasync(file.fd()) != 0)
    return storeFailure(errno, "The torn end of the store's " + path + " could not be cut");
  return {};
}

}  // namespace

std::string segmentName(uint64_t number) {
  char name[48];
  snprintf(name, sizeof name, "%s%0*llu%s", prefix, static_cast<int>(digits),
           static_cast<unsigned long long>(number), suffix);
  return name;
}

uint64_t segmentNumber(const std::string& name) {
  const std::string head = prefix;
  if (name.size() != head.size() + digits + std::strlen(suffix) || !name.starts_with(head) ||
      !name.ends_with(suffix))
    return 0;
  uint64_t number = 0;
  for (const char digit : name.substr(head.size(), digits)) {
    if (digit < '0' || digit > '9') return 0;
    number = number * 10 + static_cast<uint64_t>(digit - '0');
  }
  return number;
}

Failure damagedAt(const std::string& path, size_t offset, const std::string& what) {
  return {"ERR_STORE_DAMAGED", "The store's " + path + " is damaged at byte " + std::to_string(offset) +
                                   " (" + what +
                                   "): restore the folder from a copy, or move it away and agree with the "
                                   "peer on new sequence numbers and on what is open."};
}

Failure missingSegment(const std::string& folder, uint64_t number) {
  return damagedAt(folder + "/" + segmentName(number), 0, "it is missing");
}

Failure listSegments(const std::string& folder, std::vector<uint64_t>& numbers) {
  DIR* directory = opendir(folder.c_str());
  if (directory == nullptr) return storeFailure(errno, "The store's folder " + folder + " could not be read");
  while (const dirent* entry = readdir(directory)) {
    const uint64_t number = segmentNumber(entry->d_name);
    if (number != 0) numbers.push_back(number);
  }
  closedir(directory);
  std::sort(numbers.begin(), numbers.end());
  return {};
}

Failure checkSegment(const uint8_t* bytes, size_t size, const std::string& path, uint64_t number,
                     uint64_t& journalId) {
  SegmentHeader header{};
  if (size < sizeof header) return damagedAt(path, 0, "it is shorter than its header");
  std::memcpy(&header, bytes, sizeof header);
  if (header.magic != SegmentHeader::magicValue)
    return damagedAt(path, 0, "it does not begin as a segment does");
  if (header.version != SegmentHeader::layoutVersion)
    return versionFailure(path, header.version, SegmentHeader::layoutVersion);
  if (header.crc != segmentCrc(header) || header.number != number)
    return damagedAt(path, 0, "its header is bad");
  if (header.bytes != size) return damagedAt(path, size, "it has another size than when it was made");
  if (journalId != 0 && header.journalId != journalId)
    return damagedAt(path, 0, "it belongs to another store");
  journalId = header.journalId;
  return {};
}

SegmentScan scanSegment(const uint8_t* bytes, size_t size, uint64_t number, bool isLast,
                        const RecordSink& sink) {
  size_t at = sizeof(SegmentHeader);
  bool isBad = false;
  while (at + sizeof(RecordHeader) <= size) {
    const RecordState state = inspectRecord(bytes + at, size - at);
    if (state == RecordState::end) break;
    const RecordHeader header = headerAt(bytes + at);
    if (state == RecordState::bad || !sink(header, bytes + at)) {
      isBad = true;
      break;
    }
    at += alignedSize(header.length);
  }
  return judgeEnd(bytes, size, number, at, isBad, isLast);
}

SegmentScan judgeEnd(const uint8_t* bytes, size_t size, uint64_t number, size_t at, bool isBad, bool isLast) {
  const size_t end = lastByte(bytes, size, at);
  if (end == at && !isBad) return {SegmentScan::End::clean, at, 0};
  if (!isLast || wasDurable(bytes, size, number, at)) return {SegmentScan::End::damaged, at, end - at};
  return {SegmentScan::End::torn, at, end - at};
}

Failure readJournal(const std::string& folder, bool lastOnly, const RecordSink& sink, JournalEnd& end) {
  if (Failure failure = listSegments(folder, end.segments)) return failure;
  if (lastOnly && !end.segments.empty()) end.segments.erase(end.segments.begin(), end.segments.end() - 1);
  for (size_t index = 0; index < end.segments.size(); ++index) {
    const uint64_t number = end.segments[index];
    const std::string path = folder + "/" + segmentName(number);
    if (index > 0 && number != end.segments[index - 1] + 1)
      return missingSegment(folder, end.segments[index - 1] + 1);
    MappedFile file;
    if (Failure failure = file.open(path)) return failure;
    if (Failure failure = checkSegment(file.bytes(), file.size(), path, number, end.journalId))
      return failure;
    const SegmentScan scan =
        scanSegment(file.bytes(), file.size(), number, number == end.segments.back(), sink);
    if (scan.end == SegmentScan::End::damaged)
      return damagedAt(path, scan.offset, "a bad record with good ones behind it");
    if (scan.end == SegmentScan::End::torn) {
      if (Failure failure = cut(file, path, scan.offset, scan.tornBytes)) return failure;
      end.tornBytes = scan.tornBytes;
    }
    end.segment = number;
    end.segmentBytes = file.size();
    end.offset = scan.offset;
  }
  return {};
}

}  // namespace hotlap::journal
