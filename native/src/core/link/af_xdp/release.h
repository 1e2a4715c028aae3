// The kernel frees queues and programs of a process that has ended a moment later, in a work item.
#pragma once

#include <unistd.h>

#include <cstdint>

namespace hotlap {

/// What is taken, but by nobody any more, is waited for so long at most.
constexpr int64_t releaseNs = 1'000'000'000;
constexpr useconds_t retryUs = 5'000;

}  // namespace hotlap
