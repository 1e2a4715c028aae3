// pcap (draft-ietf-opsawg-pcap): µs and ns, either byte order.
#pragma once

#include "core/recording/capture_reader.h"

namespace hotlap {

class PcapReader final : public CaptureReader {
 public:
  using CaptureReader::CaptureReader;
  NextFrame next(CapturedFrame& frame) override;

 private:
  NextFrame readHeader();

  uint32_t linkType_ = 0;
  int64_t fractionNs_ = 0;
  bool swapped_ = false;
  bool begun_ = false;
};

}  // namespace hotlap
