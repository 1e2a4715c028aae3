// The one line of JSON that the floor prints: what bench/floor-leg.ts reads.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/floor/fix_client.h"
#include "core/latency/latency_recorder.h"

namespace hotlap::floor {

struct Result {
  const double* cells;
  const std::vector<uint64_t>& causes;
  const ReportCounts& reports;
  LatencyRecorder& latency;
  /// System calls of the FIX connection; those of the feed are in the cells.
  int fixReceiveCalls;
  int fixSendCalls;
};

void printResult(const Result& result);

}  // namespace hotlap::floor
