// The option `faults` of a source, and what has come of it.
#pragma once

#include <napi.h>

#include <memory>

#include "core/faults/fault_counters.h"
#include "core/feed/packet_source.h"
#include "core/link/link.h"

namespace hotlap {

/// The same source, or a faulty one around it where `source.faults` asks for that. Throws an Error that names
/// a wrong option. @param recorded the packets' time is that of their messages
std::unique_ptr<PacketSource> withFaults(const Napi::Object& source, std::unique_ptr<PacketSource> packets,
                                         bool recorded);
/// The same for frames, before they are parsed and their checksums looked at.
std::unique_ptr<Link> withFaults(const Napi::Object& source, std::unique_ptr<Link> link);

/// FaultCounts of feed-source.ts.
Napi::Object faultCounts(Napi::Env env, const FaultCounters& counters);

}  // namespace hotlap
