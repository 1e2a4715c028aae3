// Blocks of memory in powers of two, for the price ladders of many books; freed blocks are used again.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hotlap {

class BlockArena {
 public:
  BlockArena() = default;
  BlockArena(const BlockArena&) = delete;
  BlockArena& operator=(const BlockArena&) = delete;
  ~BlockArena();

  /** A block of 2^logBytes bytes (256 or more), or nullptr when there is no memory. */
  void* take(uint32_t logBytes);
  void give(void* block, uint32_t logBytes);

 private:
  static constexpr uint32_t kLogChunk = 20;

  struct Chunk {
    Chunk* next;
  };
  struct Block {
    Block* next;
  };

  Chunk* chunks_ = nullptr;
  uint8_t* bump_ = nullptr;
  size_t left_ = 0;
  Block* free_[40] = {};
};

}  // namespace hotlap
