// Frames of a capture file, one at a time out of the ring it is read into. What each format adds is how a
// record looks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "core/recording/byte_ring_reader.h"

namespace hotlap {

/** Bytes are borrowed until the reader is asked for the next one. */
struct CapturedFrame {
  const uint8_t* bytes;
  size_t size;
  /** tcpdump.org/linktypes.html */
  uint32_t linkType;
  /** Bytes that it had on the wire. */
  uint32_t originalSize;
  /** ns since 1970; `untimed` where the record has no time. */
  int64_t timeNs;

  /** Fewer bytes were captured. */
  bool snapped() const { return size < originalSize; }

  static constexpr int64_t untimed = std::numeric_limits<int64_t>::min();
};

enum class NextFrame : uint8_t {
  frame,
  /** Something was read that is no frame. */
  skipped,
  /** Nothing there now. */
  none,
  /** The last record has been read. */
  ended,
  /** The file ends inside a record. */
  cut,
  /** What follows cannot be told apart into records. */
  broken,
};

class CaptureReader {
 public:
  explicit CaptureReader(ByteRingReader& ring) : ring_(ring) {}
  virtual ~CaptureReader() = default;
  CaptureReader(const CaptureReader&) = delete;
  CaptureReader& operator=(const CaptureReader&) = delete;

  virtual NextFrame next(CapturedFrame& frame) = 0;

 protected:
  /// libpcap's MAXIMUM_SNAPLEN: a longer record is a broken file, whatever its own header says.
  static constexpr size_t mostCaptured = 262'144;

  /** The next n bytes, not consumed; nullptr: `otherwise` says why they are not there. */
  const uint8_t* whole(size_t n, NextFrame& otherwise) {
    const uint8_t* const bytes = ring_.peek(n);
    if (bytes != nullptr) return bytes;
    // The writer may have ended between the two looks: what it wrote before is looked at again.
    otherwise = NextFrame::none;
    if (!ring_.ended()) return nullptr;
    const size_t left = ring_.available();
    if (left < n) otherwise = left == 0 ? NextFrame::ended : NextFrame::cut;
    return nullptr;
  }

  ByteRingReader& ring_;
};

}  // namespace hotlap
