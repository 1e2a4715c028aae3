// Network namespaces by descriptor (network_namespaces(7)): without a name, nothing of them outlives who
// holds them.
#pragma once

#include <string>

#include "core/host/failure.h"

namespace hotlap {

/// Makes one; the calling thread stays where it is. `descriptor` is closed on exec.
Failure makeNetworkNamespace(int& descriptor);

/// Moves the calling thread, and threads and processes that it starts later.
Failure enterNetworkNamespace(const std::string& path);

}  // namespace hotlap
