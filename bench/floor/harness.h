// Decode, book, rule and template over a feed in memory, without a socket or a clock: its instructions are
// counted under callgrind (test/system/guard/instructions.test.ts).
#pragma once

#include "bench/floor/options.h"

namespace hotlap::floor {

/// @returns the exit status
int runHarness(const Options& options);

}  // namespace hotlap::floor
