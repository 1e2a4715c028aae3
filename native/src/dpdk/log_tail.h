// What DPDK says while it is asked for something: it tells reasons to its log only.
#pragma once

#include <string>

namespace hotlap::dpdk {

/// From now on DPDK's log comes here and not to stderr. Once in a process.
void catchLog();
/// The last line since this was asked last, for a sentence: without its prefix, empty where nothing was said.
std::string lastWords();

}  // namespace hotlap::dpdk
