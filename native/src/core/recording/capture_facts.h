// What a capture file holds, whatever of it is the feed.
#pragma once

#include <cstdint>

#include "core/recording/capture_reader.h"

namespace hotlap {

struct CaptureFacts {
  uint64_t frames = 0;
  /** Of the frames, those of which less was captured than was on the wire. */
  uint64_t snapped = 0;
  /** ns since 1970, of the earliest and the latest frame; `untimed`: none has a time. */
  int64_t firstNs = CapturedFrame::untimed;
  int64_t lastNs = CapturedFrame::untimed;

  void add(const CapturedFrame& frame) {
    ++frames;
    if (frame.snapped) ++snapped;
    if (frame.timeNs == CapturedFrame::untimed) return;
    if (firstNs == CapturedFrame::untimed || frame.timeNs < firstNs) firstNs = frame.timeNs;
    if (frame.timeNs > lastNs) lastNs = frame.timeNs;
  }
};

}  // namespace hotlap
