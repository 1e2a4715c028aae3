#include "core/recording/byte_ring_reader.h"

#include <atomic>
#include <cstring>
#include <new>

#include "core/ring/layout.h"

namespace hotlap {

ByteRingReader::ByteRingReader(uint8_t* memory, size_t size)
    : memory_(memory),
      bytes_(memory + layout::byte_ring::headerBytes),
      capacity_(size - layout::byte_ring::headerBytes),
      crossing_(new(std::nothrow) uint8_t[kMaxRecord]) {}

size_t ByteRingReader::available() {
  const double written =
      std::atomic_ref<double>(*cell(layout::byte_ring::written)).load(std::memory_order_acquire);
  // The cells are shared with JavaScript: believe no more than the ring can hold.
  const double limit = static_cast<double>(released_ + capacity_);
  if (written >= 0) written_ = static_cast<uint64_t>(written <= limit ? written : limit);
  return written_ > position_ ? static_cast<size_t>(written_ - position_) : 0;
}

bool ByteRingReader::ended() const {
  return std::atomic_ref<double>(*cell(layout::byte_ring::ended)).load(std::memory_order_acquire) != 0;
}

const uint8_t* ByteRingReader::peek(size_t n) {
  if (n > kMaxRecord) return nullptr;
  if (written_ < position_ + n && available() < n) return nullptr;
  const size_t straight = capacity_ - at_;
  if (n <= straight) return bytes_ + at_;
  std::memcpy(crossing_.get(), bytes_ + at_, straight);
  std::memcpy(crossing_.get() + straight, bytes_, n - straight);
  return crossing_.get();
}

const uint8_t* ByteRingReader::straight(size_t& n) {
  const size_t left = written_ > position_ ? static_cast<size_t>(written_ - position_) : 0;
  n = left < capacity_ - at_ ? left : capacity_ - at_;
  return bytes_ + at_;
}

void ByteRingReader::release() {
  if (released_ == position_) return;
  released_ = position_;
  std::atomic_ref<double>(*cell(layout::byte_ring::released))
      .store(static_cast<double>(position_), std::memory_order_release);
}

}  // namespace hotlap
