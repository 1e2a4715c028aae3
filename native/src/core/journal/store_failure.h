// What a store refuses with: every code has a row in docs/reference/errors.md.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "core/host/failure.h"

namespace hotlap::journal {

/// "what: Description; remedy." with the code that the errno belongs to.
Failure storeFailure(int error, const std::string& what);

/// A regular file (or folder) of this user that nobody else may read (or write).
Failure checkOwner(const struct stat& status, const std::string& path);

Failure versionFailure(const std::string& path, uint32_t found, uint32_t known);

}  // namespace hotlap::journal
