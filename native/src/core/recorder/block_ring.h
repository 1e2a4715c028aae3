// Packets as pcapng's enhanced packet blocks, from the thread that receives them to the one that keeps them.
// Whole blocks only, at both ends; what finds no room is told at once. Nothing is allocated after the start.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/ring/spsc_bytes.h"

namespace hotlap {

/// The parts of a frame lie behind each other: one of them may be empty.
struct FrameParts {
  const uint8_t* head;
  size_t headSize;
  const uint8_t* body;
  size_t bodySize;
};

/// What take() has taken.
struct TakenBlocks {
  size_t bytes;
  uint64_t packets;
  /// Where in them the last one begins.
  size_t lastAt;
  /// The next one is of the limit's time or later.
  bool limited;
};

class BlockRing {
 public:
  /// An IPv4 datagram in an Ethernet frame with two tags, in its block.
  static constexpr size_t kLongestBlock = 65'664;
  static constexpr size_t kLeastBytes = 2 * kLongestBlock;

  /// @param bytes at least kLeastBytes; every page is touched here
  /// @param mostPackets after which it is closed
  explicit BlockRing(size_t bytes, uint64_t mostPackets = UINT64_MAX) : ring_(bytes), left_(mostPackets) {}

  /// For who puts: it takes no more, and nothing that comes is lost.
  bool isClosed() const { return left_ == 0; }

  /// @param timeNs since 1970
  /// @param lost packets of the interface that were lost since the one before this; told in the block unless
  /// 0
  /// @returns whether there was room
  bool put(uint32_t interface, int64_t timeNs, uint64_t lost, const FrameParts& frame);

  /// Moves whole blocks into `out`, up to the first whose time is `limitNs` or later.
  /// @param packets and @param lost of each of `interfaces` interfaces: what is taken is added
  TakenBlocks take(uint8_t* out, size_t size, int64_t limitNs, uint64_t* packets, uint64_t* lost,
                   uint32_t interfaces);

  size_t size() const { return ring_.size(); }
  size_t capacity() const { return ring_.capacity(); }

 private:
  SpscBytes ring_;
  uint64_t left_;
};

}  // namespace hotlap
