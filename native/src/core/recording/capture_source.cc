#include "core/recording/capture_source.h"

#include <new>

#include "core/recording/pcap_reader.h"
#include "core/recording/pcapng_reader.h"

namespace hotlap {

namespace {

// Space is given back to the writer in pieces of this size: each time costs both threads a cache line.
constexpr size_t releaseBytes = 65'536;

}  // namespace

std::unique_ptr<CaptureReader> captureReaderOf(CaptureFormat format, ByteRingReader& ring) {
  if (format == CaptureFormat::pcapng) {
    return std::unique_ptr<CaptureReader>(new (std::nothrow) PcapngReader(ring));
  }
  return std::unique_ptr<CaptureReader>(new (std::nothrow) PcapReader(ring));
}

CaptureSource::CaptureSource(CaptureFormat format, uint8_t* ring, size_t ringSize, uint32_t group,
                             uint16_t port)
    : ring_(ring, ringSize), reader_(captureReaderOf(format, ring_)), filter_(group, port) {}

NextPacket CaptureSource::next(int64_t, Packet& packet) {
  if (ended_) return NextPacket::ended;
  if (ring_.held() >= releaseBytes) ring_.release();
  CapturedFrame frame;
  switch (reader_->next(frame)) {
    case NextFrame::frame:
      return packetOf(frame, packet);
    case NextFrame::skipped:
      return NextPacket::skipped;
    case NextFrame::none:
      ring_.release();
      return NextPacket::none;
    case NextFrame::ended:
      return end(false);
    case NextFrame::broken:
      ++counters_.malformed;
      return end(true);
    case NextFrame::cut:
      return end(true);
  }
  return end(true);
}

NextPacket CaptureSource::end(bool truncated) {
  ring_.release();
  counters_.truncated = truncated;
  ended_ = true;
  return NextPacket::ended;
}

NextPacket CaptureSource::packetOf(const CapturedFrame& frame, Packet& packet) {
  facts_.add(frame);
  UdpDatagram datagram;
  const FrameResult result = parseUdpFrame(frame.bytes, frame.size, frame.linkType, datagram);
  if (result == FrameResult::malformed) {
    ++counters_.malformed;
    return NextPacket::skipped;
  }
  if (result == FrameResult::fragment) {
    // As LinkSource and the XDP program do it: a part of somebody else's datagram is no loss of the feed.
    ++(filter_.acceptsPart(datagram) ? counters_.fragments : counters_.filtered);
    return NextPacket::skipped;
  }
  if (result == FrameResult::other || !filter_.accepts(datagram)) {
    ++counters_.filtered;
    return NextPacket::skipped;
  }
  if (frame.timeNs != CapturedFrame::untimed) packetNs_ = frame.timeNs;
  packet = {datagram.payload, datagram.size, 0, 0};
  return NextPacket::packet;
}

}  // namespace hotlap
