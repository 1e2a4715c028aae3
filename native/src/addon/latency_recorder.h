// What other classes of the addon need of a LatencyRecorder that JS hands them.
#pragma once

#include <napi.h>

#include <memory>

#include "core/latency/latency_recorder.h"

namespace hotlap {

/// Null when the option is absent; throws a TypeError when it is something else. Shared, because the order in
/// which an environment's objects are finalised is not ours.
std::shared_ptr<LatencyRecorder> latencyOption(const Napi::Object& options, const char* name);

}  // namespace hotlap
