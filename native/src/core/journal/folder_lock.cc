#include "core/journal/folder_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/journal/store_failure.h"

namespace hotlap::journal {

Failure FolderLock::take(const std::string& folder) {
  struct stat status;
  if (stat(folder.c_str(), &status) != 0)
    return storeFailure(errno, "The store's folder " + folder + " could not be opened");
  if (!S_ISDIR(status.st_mode))
    return {"ERR_STORE_PERMISSION", "The store's folder " + folder + " is no folder: name another stateDir."};
  if (Failure failure = checkOwner(status, folder)) return failure;
  const std::string path = folder + "/lock";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return storeFailure(errno, "The store's " + path + " could not be opened");
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    char pid[16] = {};
    const ssize_t length = pread(fd, pid, sizeof pid - 1, 0);
    ::close(fd);
    if (error != EWOULDBLOCK) return storeFailure(error, "The store's " + path + " could not be locked");
    const std::string owner = length > 0 ? "process " + std::string(pid) : "another process";
    return {"ERR_STORE_BUSY",
            "The store in " + folder + " is used by " + owner +
                ": end it first, or name another stateDir. Two sessions with the same numbers "
                "would confuse the peer."};
  }
  // For whoever comes and finds it locked.
  const std::string pid = std::to_string(getpid());
  if (ftruncate(fd, 0) != 0 || pwrite(fd, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    const Failure failure = storeFailure(errno, "The store's " + path + " could not be written");
    ::close(fd);
    return failure;
  }
  fd_ = fd;
  return {};
}

void FolderLock::release() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace hotlap::journal
