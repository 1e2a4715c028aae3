// What the headers of frames of our own say about sender and receiver.
#pragma once

#include <netinet/in.h>

#include <string>

#include "core/host/failure.h"
#include "core/link/frame_sender.h"

namespace hotlap {

/// On a wire of shared memory: frames never leave the host, and nobody looks at the sender.
FrameAddresses addressesOnWire(const sockaddr_in& to);

/// On a network: the interface's own; a unicast receiver's MAC out of the kernel's neighbour table.
Failure addressesOnInterface(const std::string& interface, const sockaddr_in& to, FrameAddresses& out);

}  // namespace hotlap
