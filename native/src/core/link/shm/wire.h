// The file behind a shared-memory wire, as it lies in memory:
//
//   ┌ header, 4096 bytes: what it is, both ends, both rings' positions ┬ slots venue → engine ┬ slots engine
//   → venue ┐
//
// A slot holds one frame behind its length. Positions count frames since the file was made and never wrap.
// Nothing in it is believed: lengths and positions are bounded wherever they are read.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace hotlap::shm {

inline constexpr uint32_t slotBytes = 1536;
inline constexpr uint32_t slotHeader = 8;
/// A frame of Ethernet's 1,500 bytes with two VLAN tags has 1,522.
inline constexpr uint32_t slotCapacity = slotBytes - slotHeader;
inline constexpr uint32_t leastRingFrames = 64;
inline constexpr uint32_t mostRingFrames = 1 << 20;

// 128: processors fetch cache lines in pairs.
struct Positions {
  /// By the sender. Frames it gave up because nobody was there to make room are in `lost`.
  alignas(128) std::atomic<uint64_t> written;
  std::atomic<uint64_t> lost;
  /// By the receiver.
  alignas(128) std::atomic<uint64_t> taken;
};

struct WireHeader {
  static constexpr uint64_t magicValue = 0x31304552495748;  // "HWIRE01", little endian
  static constexpr uint32_t layoutVersion = 1;

  uint64_t magic;
  uint32_t version;
  uint32_t ringFrames;
  uint32_t slotBytes;
  /// Process of each end while it is in use; 0 once it was given back. Whether it still lives, its lock
  /// tells.
  alignas(128) std::atomic<uint32_t> owner[2];
  /// By direction: [0] venue → engine, [1] engine → venue.
  Positions rings[2];
};
static_assert(std::atomic<uint64_t>::is_always_lock_free, "shared between processes");

inline constexpr size_t headerBytes = 4096;
static_assert(sizeof(WireHeader) <= headerBytes);

inline size_t wireBytes(uint32_t ringFrames) { return headerBytes + size_t{2} * ringFrames * slotBytes; }

}  // namespace hotlap::shm
