// What DPDK says while it is asked for something: it tells reasons to its log only.
#pragma once

#include <string>

namespace hotlap::dpdk {

/// From now on DPDK's log comes here and not to stderr. Once in a process.
void catchLog();
/// The first line since this was asked last, for a sentence: what went wrong, before all that it brought
/// down. Without its prefix; empty where nothing was said.
std::string complaint();

}  // namespace hotlap::dpdk
