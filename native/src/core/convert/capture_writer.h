// Frames as records of a capture file, into memory that somebody else writes to disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/recording/capture_reader.h"

namespace hotlap {

enum class CaptureForm : uint8_t { pcapMicroseconds, pcapNanoseconds, pcapng };

class CaptureWriter {
 public:
  /// The longest frame of a reader in its record, and what may stand in front of it.
  static constexpr size_t kMostBytes = 262'144 + 256;

  explicit CaptureWriter(CaptureForm form) : form_(form) {}

  /// @param out at least kMostBytes; behind the first frame's file header, too
  /// @param frame with a time
  /// @returns bytes written; 0: a pcap has one link type, and this frame is of another
  size_t write(uint8_t* out, const CapturedFrame& frame);
  /// What a file without a frame consists of, for want of a link type as Ethernet. @returns bytes written
  size_t writeHead(uint8_t* out);
  bool begun() const { return begun_; }

 private:
  size_t writePcapHead(uint8_t* out, uint32_t linkType);
  size_t writePcap(uint8_t* out, const CapturedFrame& frame) const;
  size_t writeInterface(uint8_t* out, uint32_t linkType);
  size_t writePcapng(uint8_t* out, const CapturedFrame& frame, uint32_t interface) const;

  CaptureForm form_;
  bool begun_ = false;
  /// By interface; of a pcap the only one.
  std::vector<uint32_t> linkTypes_;
};

}  // namespace hotlap
