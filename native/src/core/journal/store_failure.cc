#include "core/journal/store_failure.h"

#include <errno.h>
#include <unistd.h>

namespace hotlap::journal {

Failure storeFailure(int error, const std::string& what) {
  const std::string sentence = what + ": " + errnoText(error);
  switch (error) {
    case EACCES:
    case EPERM:
    case EROFS:
    case ELOOP:
      return {"ERR_STORE_PERMISSION", sentence + "; let it be a place that this user alone may write to."};
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {"ERR_STORE_SPACE", sentence + "; free some space there, then start again."};
  }
  return {"ERR_STORE_IO", sentence + "; see the kernel's log (dmesg) for the disk behind it."};
}

Failure checkOwner(const struct stat& status, const std::string& path) {
  const bool isFolder = S_ISDIR(status.st_mode);
  if (!isFolder && !S_ISREG(status.st_mode))
    return {"ERR_STORE_PERMISSION", "The store's " + path + " is no regular file: move it away."};
  if (status.st_uid != geteuid())
    return {"ERR_STORE_PERMISSION", "The store's " + path +
                                        " belongs to another user: run as that user, or name "
                                        "another stateDir."};
  // It holds account data: nobody else reads a file of it, nobody else puts one into its folder.
  const mode_t others = isFolder ? S_IWGRP | S_IWOTH : S_IRWXG | S_IRWXO;
  if ((status.st_mode & others) != 0)
    return {"ERR_STORE_PERMISSION", "The store's " + path + " is open to other users: chmod " +
                                        (isFolder ? "700 " : "600 ") + path + ", then start again."};
  return {};
}

Failure versionFailure(const std::string& path, uint32_t found, uint32_t known) {
  return {"ERR_STORE_VERSION", "The store's " + path + " has layout version " + std::to_string(found) +
                                   ", this hotlap knows " + std::to_string(known) +
                                   ": start the hotlap that wrote it, or name another stateDir."};
}

}  // namespace hotlap::journal
