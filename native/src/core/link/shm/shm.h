// A wire between two processes of one host: two rings of frames in shared memory, no system call on either
// side.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/host/failure.h"
#include "core/link/link.h"

namespace hotlap {

struct ShmOptions {
  /// Whoever comes first makes it, with mode 0600.
  std::string file;
  /// Each end of the wire has one owner at a time.
  enum class End { venue, engine } end = End::engine;
  /// Of each direction; a power of two. Who makes the file decides.
  uint32_t ringFrames = 16'384;
};

Failure openShm(const ShmOptions& options, std::unique_ptr<Link>& link);

}  // namespace hotlap
