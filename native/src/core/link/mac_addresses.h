// To and from which MAC address a frame of our own goes: as the host's interface has it, as the kernel knows
// a neighbour's, as a group's follows from its address.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>

#include "core/host/failure.h"

namespace hotlap {

/// 01:00:5e and the lower 23 bits of the group (RFC 1112, 6.4). @param group in host byte order
void multicastMac(uint32_t group, uint8_t* mac);

/// @param interface its name. An interface without Ethernet is refused: no frame of ours can leave by it.
Failure interfaceMac(const std::string& interface, uint8_t* mac);

/// Out of the kernel's neighbour table, in the calling thread's network namespace.
/// @returns whether the kernel knows it by that interface now
bool neighbourMac(const std::string& interface, in_addr neighbour, uint8_t* mac);

}  // namespace hotlap
