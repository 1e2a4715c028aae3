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
    if (frame.snapped()) ++snapped;
    if (frame.timeNs != CapturedFrame::untimed) span(frame.timeNs, frame.timeNs);
  }

  /** Of another file. */
  void add(const CaptureFacts& other) {
    frames += other.frames;
    snapped += other.snapped;
    if (other.firstNs != CapturedFrame::untimed) span(other.firstNs, other.lastNs);
  }

 private:
  void span(int64_t fromNs, int64_t toNs) {
    if (firstNs == CapturedFrame::untimed || fromNs < firstNs) firstNs = fromNs;
    if (toNs > lastNs) lastNs = toNs;
  }
};

}  // namespace hotlap
