// Bytes that `send` accepted and the kernel did not take yet, and where in them orders end. Bounded,
// preallocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

namespace hotlap {

class PendingBytes {
 public:
  /// The end of an order among the pending bytes.
  struct Mark {
    size_t endOffset;
    int64_t startNs;
    int cause;
  };

  void allocate(size_t capacity) {
    capacity_ = capacity;
    bytes_ = std::make_unique<uint8_t[]>(capacity);
    // No FIX message is shorter than 32 bytes; marksLeft() guards against anything else.
    markCapacity_ = capacity / 32 + 1;
    marks_ = std::make_unique<Mark[]>(markCapacity_);
    clear();
  }

  void clear() {
    begin_ = end_ = 0;
    markBegin_ = markEnd_ = 0;
  }

  const uint8_t* data() const { return bytes_.get() + begin_; }
  size_t size() const { return end_ - begin_; }
  size_t free() const { return capacity_ - size(); }
  bool marksLeft() const { return markEnd_ - markBegin_ < markCapacity_; }

  /// The caller has checked free() and marksLeft().
  void append(const uint8_t* bytes, size_t length) {
    if (end_ + length > capacity_) {
      std::memmove(bytes_.get(), data(), size());
      end_ -= begin_;
      begin_ = 0;
    }
    std::memcpy(bytes_.get() + end_, bytes, length);
    end_ += length;
  }

  /// The bytes appended so far end with an order.
  void mark(int cause, int64_t startNs) {
    marks_[markEnd_ % markCapacity_] = {taken_ + size(), startNs, cause};
    ++markEnd_;
  }

  void take(size_t length) {
    begin_ += length;
    taken_ += length;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  /// The next order whose last byte has been taken; null when there is none.
  const Mark* nextTaken() {
    if (markBegin_ == markEnd_) return nullptr;
    const Mark* mark = &marks_[markBegin_ % markCapacity_];
    if (mark->endOffset > taken_) return nullptr;
    ++markBegin_;
    return mark;
  }

 private:
  std::unique_ptr<uint8_t[]> bytes_;
  std::unique_ptr<Mark[]> marks_;
  size_t capacity_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
  /// Bytes taken since the start: marks count from there.
  size_t taken_ = 0;
  size_t markCapacity_ = 0;
  size_t markBegin_ = 0;
  size_t markEnd_ = 0;
};

}  // namespace hotlap
