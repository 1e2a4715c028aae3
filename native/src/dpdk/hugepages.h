// Pages of 2 MiB, which DPDK keeps its frames in.
#pragma once

#include <cstdint>

namespace hotlap::dpdk {

/// Has the kernel keep more of them ready where there are too few, which only root may ask.
/// @param added how many more there are for good: whoever else has begun to count on them must not lose them
/// @returns whether so many are free now
bool reserveHugepages(uint32_t pages, uint64_t& added);

}  // namespace hotlap::dpdk
