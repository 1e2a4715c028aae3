// DPDK's environment (EAL), which a process has once: memory, the PMDs, one lcore.
#pragma once

#include <string>

#include "core/host/failure.h"
#include "core/link/dpdk.h"

namespace hotlap::dpdk {

/// For good where it succeeds: DPDK can be initialised once in a process. Devices are added and removed
/// later.
/// @param pci whether cards are to be found
Failure startEal(DpdkOptions::Memory memory, bool pci);

/// Where frames lie; pages that were reserved for them stay reserved, so that it is said.
std::string memoryInWords();

/// The calling thread may use DPDK's per-thread caches from now on, and until it ends.
void adoptThread();

/// Has DPDK's interrupt thread do it, and waits: what PMDs do there on a peer's word (memif: freeing what a
/// connection had) must not meet a port that is being stopped or closed at the same time.
void onInterruptThread(void (*work)(void*), void* argument);

}  // namespace hotlap::dpdk
