// pcapng (draft-ietf-opsawg-pcapng): sections of either byte order, any number of interfaces, each with its
// link type and the resolution of its times. Blocks that hold no frame are passed over, whatever their
// length.
#pragma once

#include <vector>

#include "core/recording/capture_reader.h"

namespace hotlap {

class PcapngReader final : public CaptureReader {
 public:
  using CaptureReader::CaptureReader;
  NextFrame next(CapturedFrame& frame) override;

 private:
  struct Interface {
    uint32_t linkType;
    /** Bytes of a frame at most; 0: all. */
    uint32_t snapLength;
    /** Ticks of a second: 10 or 2 to the power of `exponent`. */
    uint8_t exponent;
    bool binary;
    /** s, added to every time. */
    int64_t offset;
  };

  NextFrame readSection(const uint8_t* header);
  NextFrame readInterface(const uint8_t* block, size_t size);
  NextFrame readPacket(uint32_t type, const uint8_t* block, size_t size, CapturedFrame& frame);
  void readOptions(const uint8_t* at, const uint8_t* end, Interface& interface) const;
  NextFrame pass();

  std::vector<Interface> interfaces_;
  /** Of a block that is passed over, the bytes that have not been yet. */
  uint64_t passing_ = 0;
  bool swapped_ = false;
  bool begun_ = false;
};

}  // namespace hotlap
