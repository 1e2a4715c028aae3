#include "core/recorder/block_ring.h"

#include <cstring>

namespace hotlap {

namespace {

// draft-ietf-opsawg-pcapng, 4.3: everything in the byte order of who writes it.
constexpr uint32_t kEnhancedPacket = 6;
struct BlockHead {
  uint32_t type;
  uint32_t length;
  uint32_t interface;
  uint32_t timeHigh;
  uint32_t timeLow;
  uint32_t captured;
  uint32_t original;
};
static_assert(sizeof(BlockHead) == 28);

constexpr uint16_t kDropCount = 4;
/// epb_dropcount and the end of the options.
struct LossOptions {
  uint16_t code = kDropCount;
  uint16_t length = 8;
  uint32_t low;
  uint32_t high;
  uint32_t end = 0;
};
static_assert(sizeof(LossOptions) == 16);

constexpr size_t kTail = 4;
constexpr uint8_t padding[4] = {};

size_t padded(size_t size) { return (size + 3) & ~size_t{3}; }

}  // namespace

bool BlockRing::put(uint32_t interface, int64_t timeNs, uint64_t lost, const FrameParts& frame) {
  const size_t size = frame.headSize + frame.bodySize;
  const size_t options = lost == 0 ? 0 : sizeof(LossOptions);
  const size_t length = sizeof(BlockHead) + padded(size) + options + kTail;
  if (length > ring_.room()) return false;
  const auto time = static_cast<uint64_t>(timeNs);
  const auto length32 = static_cast<uint32_t>(length);
  const BlockHead head = {kEnhancedPacket,
                          length32,
                          interface,
                          static_cast<uint32_t>(time >> 32),
                          static_cast<uint32_t>(time),
                          static_cast<uint32_t>(size),
                          static_cast<uint32_t>(size)};
  size_t at = 0;
  const auto append = [&](const void* bytes, size_t count) {
    ring_.writeAhead(at, static_cast<const uint8_t*>(bytes), count);
    at += count;
  };
  append(&head, sizeof head);
  if (frame.headSize != 0) append(frame.head, frame.headSize);
  if (frame.bodySize != 0) append(frame.body, frame.bodySize);
  if (padded(size) != size) append(padding, padded(size) - size);
  if (lost != 0) {
    LossOptions told;
    told.low = static_cast<uint32_t>(lost);
    told.high = static_cast<uint32_t>(lost >> 32);
    append(&told, sizeof told);
  }
  append(&length32, kTail);
  ring_.publish(length);
  --left_;
  return true;
}

TakenBlocks BlockRing::take(uint8_t* out, size_t size, int64_t limitNs, uint64_t* packets, uint64_t* lost,
                            uint32_t interfaces) {
  TakenBlocks taken = {};
  const size_t there = ring_.size();
  while (there - taken.bytes >= sizeof(BlockHead)) {
    BlockHead head;
    ring_.peek(taken.bytes, reinterpret_cast<uint8_t*>(&head), sizeof head);
    if (head.length > size - taken.bytes || head.interface >= interfaces) break;
    if (static_cast<int64_t>(uint64_t{head.timeHigh} << 32 | head.timeLow) >= limitNs) {
      taken.limited = true;
      break;
    }
    const size_t optionsAt = sizeof head + padded(head.captured);
    if (head.length == optionsAt + sizeof(LossOptions) + kTail) {
      LossOptions told;
      ring_.peek(taken.bytes + optionsAt, reinterpret_cast<uint8_t*>(&told), sizeof told);
      lost[head.interface] += uint64_t{told.high} << 32 | told.low;
    }
    ++packets[head.interface];
    ++taken.packets;
    taken.lastAt = taken.bytes;
    taken.bytes += head.length;
  }
  if (taken.bytes == 0) return taken;
  ring_.peek(0, out, taken.bytes);
  ring_.take(taken.bytes);
  return taken;
}

}  // namespace hotlap
