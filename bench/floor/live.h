// The floor itself: one thread on one core that polls the feed, keeps the books, applies the rule and sends.
#pragma once

#include "bench/floor/options.h"

namespace hotlap::floor {

/// @returns the exit status
int runLive(const Options& options);

}  // namespace hotlap::floor
