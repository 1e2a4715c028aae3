// Where a frame goes that leaves in the host's name: as the kernel routes, to whom the kernel knows.
#pragma once

#include <cstdint>
#include <string>

namespace hotlap {

/// Asks the kernel's tables, and has it ask the network where it does not know yet, for a tenth of a second
/// at most.
/// @param gateway in host byte order; 0: as the kernel routes
/// @returns 0, ENETUNREACH where no route leads there by that interface, or EHOSTUNREACH
int nextHop(const std::string& interface, uint32_t to, uint32_t gateway, uint8_t* mac);

}  // namespace hotlap
