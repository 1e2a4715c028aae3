#include "core/recording/binaryfile_source.h"

#include "core/feed/itch50.h"
#include "core/feed/moldudp64.h"

namespace hotlap {

namespace {

constexpr size_t kReleaseBytes = 65'536;

}  // namespace

NextPacket BinaryFileSource::next(int64_t, Packet& packet) {
  if (state_ == State::sessionEnded) {
    // What follows the zero record is nobody's.
    state_ = State::ended;
    return NextPacket::ended;
  }
  if (state_ == State::ended) return NextPacket::ended;
  if (ring_.held() >= kReleaseBytes) ring_.release();

  size_t left;
  const uint8_t* first = ring_.straight(left);
  size_t at = 0;
  uint32_t blocks = 0;
  while (blocks < mostBlocks_ && left - at >= kBlockHeader) {
    const size_t length = be16(first + at);
    if (length == 0 || left - at - kBlockHeader < length) break;
    at += kBlockHeader + length;
    ++blocks;
  }
  if (blocks == 0) return single(packet);
  ring_.consume(at);
  return packetOf(first, at, blocks, packet);
}

/** One record that crosses the end of the ring, has just been written, or ends the session. */
NextPacket BinaryFileSource::single(Packet& packet) {
  const bool ended = ring_.ended();
  const size_t available = ring_.available();
  if (available >= kBlockHeader) {
    const size_t length = be16(ring_.peek(kBlockHeader));
    if (length == 0) {
      ring_.consume(kBlockHeader);
      ring_.release();
      state_ = State::sessionEnded;
      return NextPacket::sessionEnded;
    }
    const size_t whole = kBlockHeader + length;
    if (available >= whole) {
      const uint8_t* record = ring_.peek(whole);
      ring_.consume(whole);
      return packetOf(record, whole, 1, packet);
    }
  }
  ring_.release();
  if (!ended) return NextPacket::none;
  counters_.truncated = available != 0;
  state_ = State::ended;
  return NextPacket::ended;
}

/** Timed by its first message, where that can be read. */
NextPacket BinaryFileSource::packetOf(const uint8_t* blocks, size_t size, uint32_t count, Packet& packet) {
  const size_t length = be16(blocks);
  if (itch50::wellFormed(blocks + kBlockHeader, length))
    packetNs_ = static_cast<int64_t>(itch50::timestampNs(blocks + kBlockHeader));
  packet = {blocks, size, count, 0};
  return NextPacket::packet;
}

}  // namespace hotlap
