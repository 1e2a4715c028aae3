#include "core/link/shm/wire_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <new>
#include <utility>

namespace hotlap::shm {

namespace {

// Who makes a file while the other side does the same, or while it is being removed, looks again.
constexpr int attempts = 8;

/// A lock of the open file, not of the process: it ends when the process does, however it ends, and two ends
/// in one process exclude each other as two processes do (fcntl(2), open file description locks).
struct flock lockOf(int end) {
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = end;
  lock.l_len = 1;
  return lock;
}

const char* endName(int end) { return end == 0 ? "venue" : "engine"; }

void closeFile(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

}  // namespace

WireFile::~WireFile() {
  if (header_ != nullptr) {
    header_->owner[end_].store(0, std::memory_order_release);
    munmap(static_cast<void*>(header_), wireBytes(ringFrames_));
  }
  closeFile(fd_);
}

Failure WireFile::open(const std::string& path, int end, uint32_t ringFrames) {
  path_ = path;
  end_ = end;
  what_ = "The shared-memory wire " + path + " could not be opened";
  if (path.empty() || path[0] != '/')
    return {"EINVAL", what_ + ": give the whole path of a file, e.g. /dev/shm/hotlap-wire."};
  if (!std::has_single_bit(ringFrames) || ringFrames < leastRingFrames || ringFrames > mostRingFrames)
    return {"EINVAL", what_ + ": its ring must have a power of two from 64 to 1048576 frames."};
  bool found = false;
  for (int attempt = 0; attempt < attempts && !found; ++attempt) {
    if (Failure failure = find(found)) return failure;
    if (found) break;
    if (Failure failure = make(ringFrames); failure && failure.code != "EEXIST") return failure;
    found = fd_ >= 0;
  }
  if (!found) return {"EAGAIN", what_ + ": it is being made and removed again and again; start again."};
  if (Failure failure = takeEnd()) return failure;
  return map();
}

/// A file is complete before it has a name: nobody can meet half of one, and who is killed leaves none.
Failure WireFile::make(uint32_t ringFrames) {
  const std::string folder = path_.substr(0, path_.rfind('/') + 1);
  const size_t size = wireBytes(ringFrames);
  fd_ = ::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
  if (fd_ < 0) return failureOf(errno, what_, "name a file in /dev/shm that this user may write");
  // With blocks of its own from the start, no page can be missing when it is first written to, which would
  // end the process.
  int error = posix_fallocate(fd_, 0, static_cast<off_t>(size));
  if (error == ENOSPC) {
    closeFile(fd_);
    return failureOf(error, what_,
                     "it needs " + std::to_string(size >> 20) +
                         " MiB: free some in its folder, enlarge it (`mount -o remount,size=… /dev/shm`) or "
                         "give a smaller shm.ringFrames");
  }
  if (error == 0) {
    WireHeader header{};
    header.magic = WireHeader::magicValue;
    header.version = WireHeader::layoutVersion;
    header.ringFrames = ringFrames;
    header.slotBytes = slotBytes;
    const ssize_t written = pwrite(fd_, static_cast<const void*>(&header), sizeof header, 0);
    if (written != ssize_t{sizeof header}) error = errno;
  }
  if (error == 0) {
    const std::string unnamed = "/proc/self/fd/" + std::to_string(fd_);
    if (linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, path_.c_str(), AT_SYMLINK_FOLLOW) != 0) error = errno;
  }
  if (error == 0) {
    ringFrames_ = ringFrames;
    return {};
  }
  closeFile(fd_);
  return error == EEXIST ? Failure{"EEXIST", ""} : failureOf(error, what_);
}

Failure WireFile::find(bool& found) {
  // Not blocking: what has the name may be a pipe.
  fd_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd_ < 0 && errno == ENOENT) return {};
  const std::string foreign =
      what_ + ": what has that name is no wire of hotlap; remove it, or name another file.";
  if (fd_ < 0 && errno == EISDIR) return {"EINVAL", foreign};
  if (fd_ < 0 && errno == ELOOP)
    return {"EINVAL", what_ + ": a symbolic link has that name; remove it, or name another file."};
  if (fd_ < 0) return failureOf(errno, what_, "name a file in /dev/shm that this user may open");
  struct stat status;
  WireHeader header{};
  Failure failure;
  if (fstat(fd_, &status) != 0) {
    failure = failureOf(errno, what_);
  } else if (!S_ISREG(status.st_mode)) {
    failure = {"EINVAL", foreign};
  } else if (status.st_uid != geteuid() || (status.st_mode & 077) != 0) {
    failure = {"EPERM", what_ +
                            ": other users own or may open it, and whoever writes to a wire decides what the "
                            "engine sees; remove it, or name another file."};
  } else if (pread(fd_, static_cast<void*>(&header), sizeof header, 0) != ssize_t{sizeof header} ||
             header.magic != WireHeader::magicValue) {
    failure = {"EINVAL", foreign};
  } else if (header.version != WireHeader::layoutVersion || header.slotBytes != slotBytes) {
    failure = {"EINVAL",
               what_ + ": another version of hotlap made it; end what uses it and remove the file."};
  } else if (!std::has_single_bit(header.ringFrames) || header.ringFrames < leastRingFrames ||
             header.ringFrames > mostRingFrames ||
             static_cast<uint64_t>(status.st_size) != wireBytes(header.ringFrames)) {
    failure = {"EINVAL",
               what_ + ": its size is not the one in its header; end what uses it and remove the file."};
  }
  if (failure) {
    closeFile(fd_);
    return failure;
  }
  ringFrames_ = header.ringFrames;
  found = true;
  return {};
}

Failure WireFile::takeEnd() {
  struct flock lock = lockOf(end_);
  if (fcntl(fd_, F_OFD_SETLK, &lock) == 0) return {};
  const int error = errno;
  uint32_t owner = 0;
  const off_t at = offsetof(WireHeader, owner) + sizeof owner * static_cast<size_t>(end_);
  const bool known = pread(fd_, &owner, sizeof owner, at) == ssize_t{sizeof owner} && owner != 0;
  closeFile(fd_);
  if (error != EAGAIN && error != EACCES) return failureOf(error, what_);
  return {"EBUSY", what_ + ": its " + endName(end_) + " end is already used by " +
                       (known ? "process " + std::to_string(owner) : "another process") +
                       "; end it first, or name another file."};
}

Failure WireFile::map() {
  const size_t size = wireBytes(ringFrames_);
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd_, 0);
  if (memory == MAP_FAILED) return failureOf(errno, what_);
  // Keeps it out of swap where the limit allows.
  mlock(memory, size);
  header_ = static_cast<WireHeader*>(memory);
  header_->owner[end_].store(static_cast<uint32_t>(getpid()), std::memory_order_release);
  return {};
}

bool WireFile::peerIsThere() const {
  if (header_->owner[1 - end_].load(std::memory_order_acquire) == 0) return false;
  struct flock lock = lockOf(1 - end_);
  return fcntl(fd_, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

}  // namespace hotlap::shm
