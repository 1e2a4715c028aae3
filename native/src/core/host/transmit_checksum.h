// Who fills in the checksums of what an interface sends.
#pragma once

#include <string>

#include "core/host/failure.h"

namespace hotlap {

/// @param on true: left to the device; false: the kernel's stack computes them. Of the calling thread's
/// namespace.
Failure setTransmitChecksumOffload(const std::string& interfaceName, bool on);

}  // namespace hotlap
