// A port of DPDK as a link: what core/link/dpdk.h is provided with.
#pragma once

#include "core/link/dpdk.h"

namespace hotlap {

Failure openDpdkLink(const DpdkOptions& options, std::unique_ptr<Link>& link);

}  // namespace hotlap
