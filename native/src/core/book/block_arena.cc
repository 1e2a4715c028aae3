#include "core/book/block_arena.h"

#include <cstdlib>
#include <cstring>

namespace hotlap {

BlockArena::~BlockArena() {
  while (chunks_ != nullptr) {
    Chunk* next = chunks_->next;
    std::free(chunks_);
    chunks_ = next;
  }
}

void* BlockArena::take(uint32_t logBytes) {
  if (free_[logBytes] != nullptr) {
    Block* block = free_[logBytes];
    free_[logBytes] = block->next;
    return block;
  }
  const size_t bytes = size_t{1} << logBytes;
  if (left_ < bytes) {
    constexpr size_t kHeader = 64;
    const size_t size = bytes > (size_t{1} << kLogChunk) ? bytes : size_t{1} << kLogChunk;
    auto* chunk = static_cast<Chunk*>(std::aligned_alloc(kHeader, kHeader + size));
    if (chunk == nullptr) return nullptr;
    // Present before it is used: one page fault now instead of one in every few books.
    std::memset(static_cast<void*>(chunk), 0, kHeader + size);
    chunk->next = chunks_;
    chunks_ = chunk;
    bump_ = reinterpret_cast<uint8_t*>(chunk) + kHeader;
    left_ = size;
  }
  void* block = bump_;
  bump_ += bytes;
  left_ -= bytes;
  return block;
}

void BlockArena::give(void* block, uint32_t logBytes) {
  auto* freed = static_cast<Block*>(block);
  freed->next = free_[logBytes];
  free_[logBytes] = freed;
}

}  // namespace hotlap
