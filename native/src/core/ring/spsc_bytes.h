// Bytes from one thread to another: single producer, single consumer, bounded, no lock. Positions count bytes
// since the start and never wrap.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

namespace hotlap {

class SpscBytes {
 public:
  struct Span {
    uint8_t* data;
    size_t size;
  };

  /// @param capacity rounded up to a power of two; every page is touched here
  explicit SpscBytes(size_t capacity)
      : mask_(std::bit_ceil(capacity) - 1), bytes_(std::make_unique<uint8_t[]>(mask_ + 1)) {}

  size_t capacity() const { return mask_ + 1; }
  uint64_t written() const { return written_.load(std::memory_order_acquire); }
  uint64_t taken() const { return taken_.load(std::memory_order_acquire); }
  size_t size() const { return static_cast<size_t>(written() - taken()); }

  // Producer.
  size_t room() const {
    return capacity() - static_cast<size_t>(written_.load(std::memory_order_relaxed) - taken());
  }
  /// Room in one piece.
  Span writable() {
    const uint64_t at = written_.load(std::memory_order_relaxed);
    const size_t offset = static_cast<size_t>(at) & mask_;
    const size_t straight = capacity() - offset;
    const size_t free = room();
    return {bytes_.get() + offset, free < straight ? free : straight};
  }
  void publish(size_t length) {
    written_.store(written_.load(std::memory_order_relaxed) + length, std::memory_order_release);
  }
  /// The caller has checked room().
  void write(const uint8_t* bytes, size_t length) {
    writeAhead(0, bytes, length);
    publish(length);
  }
  /// Behind what was written and so many bytes more, for who publishes several pieces at once. As above.
  void writeAhead(size_t ahead, const uint8_t* bytes, size_t length) {
    const size_t offset = static_cast<size_t>(written_.load(std::memory_order_relaxed) + ahead) & mask_;
    const size_t straight = capacity() - offset < length ? capacity() - offset : length;
    std::memcpy(bytes_.get() + offset, bytes, straight);
    std::memcpy(bytes_.get(), bytes + straight, length - straight);
  }

  // Consumer.
  /// Bytes in one piece.
  Span readable() {
    const uint64_t at = taken_.load(std::memory_order_relaxed);
    const size_t offset = static_cast<size_t>(at) & mask_;
    const size_t straight = capacity() - offset;
    const size_t there = static_cast<size_t>(written() - at);
    return {bytes_.get() + offset, there < straight ? there : straight};
  }
  void take(size_t length) {
    taken_.store(taken_.load(std::memory_order_relaxed) + length, std::memory_order_release);
  }
  /// What lies so many bytes behind the first one, of size() at least.
  void peek(size_t ahead, uint8_t* out, size_t length) const {
    const size_t offset = static_cast<size_t>(taken_.load(std::memory_order_relaxed) + ahead) & mask_;
    const size_t straight = capacity() - offset < length ? capacity() - offset : length;
    std::memcpy(out, bytes_.get() + offset, straight);
    std::memcpy(out + straight, bytes_.get(), length - straight);
  }
  /// Gives up everything before the position.
  void skipTo(uint64_t position) { taken_.store(position, std::memory_order_release); }

 private:
  const size_t mask_;
  std::unique_ptr<uint8_t[]> bytes_;
  alignas(64) std::atomic<uint64_t> written_{0};
  alignas(64) std::atomic<uint64_t> taken_{0};
};

}  // namespace hotlap
