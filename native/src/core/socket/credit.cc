#include "core/socket/credit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hotlap {

namespace {
constexpr size_t pageBytes = 4096;
static_assert(sizeof(CreditPage) <= pageBytes);
}  // namespace

Credit::~Credit() {
  if (page_ != nullptr) munmap(page_, pageBytes);
}

Failure Credit::open(const std::string& path) {
  const std::string what = "The credit file " + path + " could not be used";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return failureOf(errno, what, "name a new file in /dev/shm that this user may write");
  struct stat status;
  Failure failure;
  if (fstat(fd, &status) != 0) {
    failure = failureOf(errno, what);
  } else if (!S_ISREG(status.st_mode) || status.st_uid != geteuid()) {
    failure = {"EPERM", what + ": it is not a regular file of this user; name a new file in /dev/shm."};
  } else if (status.st_size != 0 && status.st_size != static_cast<off_t>(pageBytes)) {
    failure = {"EINVAL", what + ": another program's file has that name; name a new file in /dev/shm."};
  } else if (ftruncate(fd, pageBytes) != 0) {
    failure = failureOf(errno, what);
  } else {
    void* memory = mmap(nullptr, pageBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
    if (memory == MAP_FAILED) {
      failure = failureOf(errno, what);
    } else {
      page_ = static_cast<CreditPage*>(memory);
      uint64_t none = 0;
      page_->magic.compare_exchange_strong(none, CreditPage::magicValue);
      if (none != 0 && none != CreditPage::magicValue) {
        munmap(memory, pageBytes);
        page_ = nullptr;
        failure = {"EINVAL", what + ": another program's file has that name; name a new file in /dev/shm."};
      }
    }
  }
  ::close(fd);
  return failure;
}

}  // namespace hotlap
