// The reading end of the ring drawn in BYTE_RING: a housekeeping thread writes, this thread looks at whole
// records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace hotlap {

class ByteRingReader {
 public:
  /** Longest record that can be looked at; the ring must hold more. */
  static constexpr size_t kMaxRecord = 262'144 + 64;
  static constexpr size_t kMinCapacity = 2 * kMaxRecord;

  /** @param memory header and bytes, aligned to 8; `size` at least 64 + kMinCapacity. Borrowed. */
  ByteRingReader(uint8_t* memory, size_t size);

  /**
   * The next n bytes in one piece (n ≤ kMaxRecord), or nullptr while fewer have been written.
   * They stay until the next `release`; what was looked at before a second `peek` may not.
   */
  const uint8_t* peek(size_t n);
  /** What of the bytes not consumed lies in one piece in the ring: its length in `n`. */
  const uint8_t* straight(size_t& n);
  void consume(size_t n) {
    position_ += n;
    at_ += n;
    if (at_ >= capacity_) at_ -= capacity_;
  }
  /** Gives back everything consumed. */
  void release();
  /** Consumed and not given back. */
  size_t held() const { return static_cast<size_t>(position_ - released_); }
  /** Bytes written and not consumed. */
  size_t available();
  bool usable() const { return crossing_ != nullptr; }
  /** True once no byte will be added. Ask before `available`, never after. */
  bool ended() const;

 private:
  double* cell(int index) const { return reinterpret_cast<double*>(memory_) + index; }

  uint8_t* memory_;
  uint8_t* bytes_;
  size_t capacity_;
  uint64_t position_ = 0;
  /** position_ modulo capacity_. */
  size_t at_ = 0;
  uint64_t released_ = 0;
  uint64_t written_ = 0;
  /** Holds a record that crosses the end of the ring. */
  std::unique_ptr<uint8_t[]> crossing_;
};

}  // namespace hotlap
