// One process at a time: a lock that ends with the process, whatever ends it.
#pragma once

#include <string>

#include "core/host/failure.h"

namespace hotlap::journal {

class FolderLock {
 public:
  FolderLock() = default;
  ~FolderLock() { release(); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  /// The folder is there, belongs to this user, and is nobody else's from here on.
  Failure take(const std::string& folder);
  void release();

 private:
  int fd_ = -1;
};

}  // namespace hotlap::journal
