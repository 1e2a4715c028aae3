#include "core/journal/ring_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <new>
#include <utility>

#include "core/journal/store_failure.h"

namespace hotlap::journal {

namespace {
constexpr size_t pageBytes = 4096;
}

RingFile::~RingFile() { close(); }

RingFile::RingFile(RingFile&& other) noexcept { *this = std::move(other); }

RingFile& RingFile::operator=(RingFile&& other) noexcept {
  if (this == &other) return *this;
  close();
  header_ = std::exchange(other.header_, nullptr);
  bytes_ = std::exchange(other.bytes_, nullptr);
  capacity_ = std::exchange(other.capacity_, 0);
  path_ = std::move(other.path_);
  temporary_ = std::exchange(other.temporary_, {});
  return *this;
}

void RingFile::close() {
  if (header_ != nullptr) munmap(header_, ringHeaderBytes + capacity_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
  header_ = nullptr;
  bytes_ = nullptr;
  temporary_.clear();
}

Failure RingFile::map(int fd, size_t capacity, const std::string& what) {
  const size_t size = ringHeaderBytes + capacity;
  // Without blocks of its own a page could be missing when the hot side first writes to it, which ends the
  // process.
  if (const int error = posix_fallocate(fd, 0, static_cast<off_t>(size)); error != 0)
    return storeFailure(error, what);
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
  if (memory == MAP_FAILED) return storeFailure(errno, what);
  auto* bytes = static_cast<uint8_t*>(memory);
  for (size_t page = 0; page < size; page += pageBytes) __atomic_fetch_or(bytes + page, 0, __ATOMIC_RELAXED);
  // Keeps it out of swap where the limit allows; elsewhere a host that swaps has other troubles.
  mlock(memory, size);
  header_ = static_cast<RingHeader*>(memory);
  bytes_ = bytes + ringHeaderBytes;
  capacity_ = capacity;
  return {};
}

Failure RingFile::create(const std::string& path, size_t capacity, RingFile& out) {
  const std::string what = "The store's ring " + path + " could not be made";
  if (!std::has_single_bit(capacity) || capacity < minRingBytes || capacity > maxRingBytes)
    return {"ERR_STORE_OPTIONS", what + ": give a power of two from 64 KiB to 1 GiB as its size."};
  RingFile ring;
  ring.path_ = path;
  ring.temporary_ = path + ".new";
  unlink(ring.temporary_.c_str());
  const int fd = ::open(ring.temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return storeFailure(errno, what);
  const Failure failure = ring.map(fd, capacity, what);
  ::close(fd);
  if (failure) return failure;
  new (ring.header_) RingHeader{};
  ring.header_->magic = RingHeader::magicValue;
  ring.header_->version = RingHeader::layoutVersion;
  ring.header_->capacity = capacity;
  out = std::move(ring);
  return {};
}

Failure RingFile::publish() {
  if (rename(temporary_.c_str(), path_.c_str()) != 0)
    return storeFailure(errno, "The store's ring " + path_ + " could not be put in place");
  temporary_.clear();
  return {};
}

Failure RingFile::open(const std::string& path, RingFile& out) {
  const std::string what = "The store's ring " + path + " could not be opened";
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return errno == ENOENT ? Failure{} : storeFailure(errno, what);
  struct stat status;
  Failure failure;
  RingHeader header{};
  if (fstat(fd, &status) != 0) {
    failure = storeFailure(errno, what);
  } else {
    failure = checkOwner(status, path);
  }
  if (!failure && (pread(fd, static_cast<void*>(&header), sizeof header, 0) != ssize_t{sizeof header} ||
                   header.magic != RingHeader::magicValue)) {
    failure = {"ERR_STORE_DAMAGED",
               what + ": it is no ring of hotlap; move the file away, then start again."};
  } else if (!failure && header.version != RingHeader::layoutVersion) {
    failure = versionFailure(path, header.version, RingHeader::layoutVersion);
  } else if (!failure && (!std::has_single_bit(header.capacity) || header.capacity < minRingBytes ||
                          header.capacity > maxRingBytes ||
                          static_cast<uint64_t>(status.st_size) != ringHeaderBytes + header.capacity)) {
    failure = {"ERR_STORE_DAMAGED",
               what +
                   ": its size is not the one in its header; move the file away, then start "
                   "again: numbers then continue behind the reserved block."};
  }
  RingFile ring;
  ring.path_ = path;
  if (!failure) failure = ring.map(fd, header.capacity, what);
  ::close(fd);
  if (failure) return failure;
  out = std::move(ring);
  return {};
}

size_t RingFile::stepAt(uint64_t position) const {
  const size_t offset = static_cast<size_t>(position) & (capacity_ - 1);
  const size_t straight = capacity_ - offset;
  const RecordHeader record = headerAt(bytes_ + offset);
  if (record.kind == kind::pad) return straight;
  const size_t size = alignedSize(record.length);
  return record.length < sizeof(RecordHeader) || size > straight ? 0 : size;
}

}  // namespace hotlap::journal
