#include "core/convert/frame_converter.h"

namespace hotlap {

namespace {

/// Space is given back to the writer in pieces of this size, as CaptureSource does.
constexpr size_t kReleaseBytes = 65'536;
constexpr int64_t kNsPerDay = 86'400'000'000'000;

}  // namespace

FrameConverter::FrameConverter(CaptureFormat format, uint8_t* ring, size_t ringSize, CaptureForm form,
                               const ConvertWindow& window, std::optional<int64_t> midnightNs, uint32_t group,
                               uint16_t port)
    : ring_(ring, ringSize),
      reader_(captureReaderOf(format, ring_)),
      writer_(form),
      window_(window),
      midnightNs_(midnightNs),
      group_(group),
      port_(port) {}

size_t FrameConverter::step(uint8_t* out, size_t size) {
  size_t written = 0;
  while (phase_ == ConvertPhase::reading && size - written >= CaptureWriter::kMostBytes) {
    if (ring_.held() >= kReleaseBytes) ring_.release();
    CapturedFrame frame;
    const NextFrame next = reader_->next(frame);
    if (next == NextFrame::frame) {
      written += convert(frame, out + written);
      continue;
    }
    if (next == NextFrame::skipped) continue;
    ring_.release();
    if (next == NextFrame::none) break;
    stats_.truncated = next == NextFrame::cut;
    phase_ = next == NextFrame::broken ? ConvertPhase::broken : ConvertPhase::ended;
    if (!writer_.begun()) written += writer_.writeHead(out + written);
  }
  return written;
}

size_t FrameConverter::convert(CapturedFrame& frame, uint8_t* out) {
  ++stats_.frames;
  if (frame.timeNs == CapturedFrame::untimed) {
    ++stats_.untimed;
    frame.timeNs = lastNs_;
  }
  lastNs_ = frame.timeNs;
  if (!midnightNs_.has_value()) midnightNs_ = frame.timeNs - frame.timeNs % kNsPerDay;
  if (!window_.holds(frame.timeNs - *midnightNs_)) {
    ++stats_.outsideTime;
    return 0;
  }
  if (!isChosen(frame)) {
    ++stats_.otherGroups;
    return 0;
  }
  const size_t written = writer_.write(out, frame);
  if (written == 0)
    phase_ = ConvertPhase::mixedLinkTypes;
  else
    ++stats_.framesWritten;
  return written;
}

bool FrameConverter::isChosen(const CapturedFrame& frame) {
  if (group_ == 0) return true;
  UdpDatagram datagram;
  const FrameResult result = parseUdpFrame(frame.bytes, frame.size, frame.linkType, datagram);
  if (result == FrameResult::datagram) return datagram.group == group_ && datagram.port == port_;
  return result == FrameResult::fragment && datagram.group == group_;
}

}  // namespace hotlap
