// Frames of a capture into a capture, byte for byte.
#pragma once

#include <memory>
#include <optional>

#include "core/convert/capture_writer.h"
#include "core/convert/converter.h"
#include "core/recording/capture_source.h"

namespace hotlap {

class FrameConverter final : public Converter {
 public:
  /// @param midnightNs since 1970, from which the window counts; absent: that of the first frame, in UTC
  /// @param group,port 0: frames of all
  FrameConverter(CaptureFormat format, uint8_t* ring, size_t ringSize, CaptureForm form,
                 const ConvertWindow& window, std::optional<int64_t> midnightNs, uint32_t group,
                 uint16_t port);

  bool usable() const { return ring_.usable() && reader_ != nullptr; }
  size_t step(uint8_t* out, size_t size) override;

 private:
  bool isChosen(const CapturedFrame& frame);
  size_t convert(CapturedFrame& frame, uint8_t* out);

  ByteRingReader ring_;
  std::unique_ptr<CaptureReader> reader_;
  CaptureWriter writer_;
  ConvertWindow window_;
  std::optional<int64_t> midnightNs_;
  uint32_t group_;
  uint16_t port_;
  int64_t lastNs_ = 0;
};

}  // namespace hotlap
