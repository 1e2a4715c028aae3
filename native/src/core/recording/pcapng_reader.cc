#include "core/recording/pcapng_reader.h"

#include <algorithm>

#include "core/recording/host_order.h"

namespace hotlap {

namespace {

constexpr uint32_t sectionBlock = 0x0a0d0d0a;
constexpr uint32_t interfaceBlock = 1;
/// Of old writers; the enhanced one took its place.
constexpr uint32_t packetBlock = 2;
constexpr uint32_t simplePacketBlock = 3;
constexpr uint32_t enhancedPacketBlock = 6;

constexpr uint32_t byteOrderMagic = 0x1a2b3c4d;
constexpr uint16_t majorVersion = 1;

/// Type and length in front of every block, the length again behind it.
constexpr size_t blockHead = 8;
constexpr size_t blockFrame = blockHead + 4;
constexpr size_t sectionSize = blockFrame + 16;
constexpr size_t interfaceSize = blockFrame + 8;
constexpr size_t simpleSize = blockFrame + 4;
constexpr size_t packetSize = blockFrame + 20;

constexpr uint16_t optionEnd = 0;
constexpr uint16_t optionResolution = 9;
constexpr uint16_t optionOffset = 14;
constexpr uint8_t microseconds = 6;

/// A section with more is not one that a capture program wrote.
constexpr size_t mostInterfaces = 4'096;

constexpr size_t padded(size_t size) { return (size + 3) & ~size_t{3}; }

/// ns of so many ticks; beyond the range of 64 bits its end.
int64_t nanoseconds(uint64_t ticks, uint8_t exponent, bool binary, int64_t offset) {
  __int128 ns;
  if (binary) {
    ns = (static_cast<__int128>(ticks) * 1'000'000'000) >> exponent;
  } else {
    ns = ticks;
    for (uint8_t e = exponent; e < 9; ++e) ns *= 10;
    for (uint8_t e = 9; e < exponent && ns != 0; ++e) ns /= 10;
  }
  ns += static_cast<__int128>(offset) * 1'000'000'000;
  constexpr int64_t latest = std::numeric_limits<int64_t>::max();
  constexpr int64_t earliest = CapturedFrame::untimed + 1;
  return static_cast<int64_t>(std::clamp<__int128>(ns, earliest, latest));
}

}  // namespace

NextFrame PcapngReader::next(CapturedFrame& frame) {
  if (passing_ != 0) return pass();
  NextFrame otherwise;
  const uint8_t* block = whole(blockFrame, otherwise);
  if (block == nullptr) return otherwise;
  // The same in either byte order; the next four bytes say which it is, before any length can be read.
  if (read32(block, false) == sectionBlock) return readSection(block);
  if (!begun_) return NextFrame::broken;

  const uint32_t type = read32(block, swapped_);
  const size_t size = read32(block + 4, swapped_);
  if (size < blockFrame || size % 4 != 0) return NextFrame::broken;
  const bool packet = type == enhancedPacketBlock || type == simplePacketBlock || type == packetBlock;
  if (!packet && type != interfaceBlock) {
    passing_ = size;
    return pass();
  }
  if (size > ByteRingReader::kMaxRecord) return NextFrame::broken;
  block = whole(size, otherwise);
  if (block == nullptr) return otherwise;
  if (read32(block + size - 4, swapped_) != size) return NextFrame::broken;
  ring_.consume(size);
  return packet ? readPacket(type, block, size, frame) : readInterface(block, size);
}

NextFrame PcapngReader::pass() {
  const size_t here = static_cast<size_t>(std::min<uint64_t>(passing_, ring_.available()));
  if (here == 0) return ring_.ended() && ring_.available() == 0 ? NextFrame::cut : NextFrame::none;
  ring_.consume(here);
  passing_ -= here;
  return NextFrame::skipped;
}

NextFrame PcapngReader::readSection(const uint8_t* header) {
  const uint32_t magic = read32(header + 8, false);
  if (magic != byteOrderMagic && magic != __builtin_bswap32(byteOrderMagic)) return NextFrame::broken;
  NextFrame otherwise;
  const uint8_t* const block = whole(sectionSize, otherwise);
  if (block == nullptr) return otherwise;
  swapped_ = magic != byteOrderMagic;
  const size_t size = read32(block + 4, swapped_);
  if (size < sectionSize || size % 4 != 0 || read16(block + 12, swapped_) != majorVersion) {
    return NextFrame::broken;
  }
  begun_ = true;
  interfaces_.clear();
  passing_ = size;
  return pass();
}

NextFrame PcapngReader::readInterface(const uint8_t* block, size_t size) {
  if (size < interfaceSize || interfaces_.size() == mostInterfaces) return NextFrame::broken;
  Interface interface = {read16(block + 8, swapped_), read32(block + 12, swapped_), microseconds, false, 0};
  readOptions(block + 16, block + size - 4, interface);
  interfaces_.push_back(interface);
  return NextFrame::skipped;
}

void PcapngReader::readOptions(const uint8_t* at, const uint8_t* end, Interface& interface) const {
  while (end - at >= 4) {
    const uint16_t code = read16(at, swapped_);
    const size_t length = read16(at + 2, swapped_);
    at += 4;
    if (code == optionEnd || static_cast<size_t>(end - at) < padded(length)) return;
    if (code == optionResolution && length == 1) {
      interface.exponent = at[0] & 0x7f;
      interface.binary = (at[0] & 0x80) != 0;
    } else if (code == optionOffset && length == 8) {
      interface.offset = static_cast<int64_t>(read64(at, swapped_));
    }
    at += padded(length);
  }
}

NextFrame PcapngReader::readPacket(uint32_t type, const uint8_t* block, size_t size, CapturedFrame& frame) {
  if (type == simplePacketBlock) {
    if (size < simpleSize || interfaces_.empty()) return NextFrame::broken;
    const uint32_t original = read32(block + 8, swapped_);
    const uint32_t snap = interfaces_[0].snapLength;
    const size_t captured = snap == 0 ? original : std::min(original, snap);
    if (captured > size - simpleSize) return NextFrame::broken;
    frame = {block + 12, captured, interfaces_[0].linkType, original, CapturedFrame::untimed};
    return NextFrame::frame;
  }
  if (size < packetSize) return NextFrame::broken;
  const uint32_t id = type == packetBlock ? read16(block + 8, swapped_) : read32(block + 8, swapped_);
  const uint32_t captured = read32(block + 20, swapped_);
  if (id >= interfaces_.size() || captured > mostCaptured || captured > size - packetSize) {
    return NextFrame::broken;
  }
  const Interface& interface = interfaces_[id];
  const uint64_t ticks = uint64_t{read32(block + 12, swapped_)} << 32 | read32(block + 16, swapped_);
  frame = {block + 28, captured, interface.linkType, read32(block + 24, swapped_),
           nanoseconds(ticks, interface.exponent, interface.binary, interface.offset)};
  return NextFrame::frame;
}

}  // namespace hotlap
