#include "core/recording/pcap_source.h"

#include <cstring>

namespace hotlap {

namespace {

constexpr size_t kFileHeader = 24;
constexpr size_t kRecordHeader = 16;
constexpr uint32_t kMagicMicroseconds = 0xa1b2c3d4;
constexpr uint32_t kMagicNanoseconds = 0xa1b23c4d;
// libpcap's MAXIMUM_SNAPLEN: a longer record is a broken file, whatever its own header says.
constexpr uint32_t kMaxCaptured = 262'144;
// Space is given back to the writer in pieces of this size: each time costs both threads a cache line.
constexpr size_t kReleaseBytes = 65'536;

uint32_t read32(const uint8_t* p, bool swapped) {
  uint32_t v;
  std::memcpy(&v, p, sizeof v);
  return swapped ? __builtin_bswap32(v) : v;
}

}  // namespace

bool PcapSource::readHeader(const uint8_t* header) {
  uint32_t magic = read32(header, false);
  if (magic == __builtin_bswap32(kMagicMicroseconds) || magic == __builtin_bswap32(kMagicNanoseconds)) {
    swapped_ = true;
    magic = __builtin_bswap32(magic);
  }
  if (magic != kMagicMicroseconds && magic != kMagicNanoseconds) return false;
  // The upper bits tell of a frame check sequence (draft-ietf-opsawg-pcap).
  linkType_ = read32(header + 20, swapped_) & 0x0fffffff;
  return linkType_ == kLinkTypeEthernet || linkType_ == kLinkTypeRaw;
}

NextPacket PcapSource::starve(bool ended) {
  ring_.release();
  if (!ended) return NextPacket::none;
  state_ = State::ended;
  if (ring_.available() != 0) counters_.truncated = true;
  return NextPacket::ended;
}

NextPacket PcapSource::fail() {
  ++counters_.malformed;
  counters_.truncated = true;
  state_ = State::ended;
  return NextPacket::ended;
}

NextPacket PcapSource::next(int64_t, Packet& packet) {
  if (state_ == State::ended) return NextPacket::ended;
  if (ring_.held() >= kReleaseBytes) ring_.release();
  const uint8_t* record = ring_.peek(state_ == State::header ? kFileHeader : kRecordHeader);
  if (record == nullptr) {
    // The writer may have ended between the two looks: look again after it said so.
    const bool ended = ring_.ended();
    if (!ended || ring_.available() < (state_ == State::header ? kFileHeader : kRecordHeader)) {
      return starve(ended);
    }
    return NextPacket::none;
  }
  if (state_ == State::header) {
    if (!readHeader(record)) return fail();
    ring_.consume(kFileHeader);
    state_ = State::records;
    return NextPacket::skipped;
  }

  const uint32_t captured = read32(record + 8, swapped_);
  if (captured > kMaxCaptured) return fail();
  const size_t whole = kRecordHeader + captured;
  record = ring_.peek(whole);
  if (record == nullptr) {
    const bool ended = ring_.ended();
    if (ended && ring_.available() >= whole) return NextPacket::none;
    return starve(ended);
  }
  ring_.consume(whole);

  UdpDatagram datagram;
  const FrameResult result = parseUdpFrame(record + kRecordHeader, captured, linkType_, datagram);
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
  packet = {datagram.payload, datagram.size, 0, 0};
  return NextPacket::packet;
}

}  // namespace hotlap
