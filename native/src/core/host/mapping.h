// Mapped memory that unmaps itself.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace hotlap {

class Mapping {
 public:
  Mapping() = default;
  /// Of mmap(2), which may have failed.
  Mapping(void* start, size_t bytes)
      : start_(start == MAP_FAILED ? nullptr : static_cast<uint8_t*>(start)), bytes_(bytes) {}
  ~Mapping() { reset(); }
  Mapping(Mapping&& other) noexcept
      : start_(std::exchange(other.start_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept {
    if (this != &other) {
      reset();
      start_ = std::exchange(other.start_, nullptr);
      bytes_ = std::exchange(other.bytes_, 0);
    }
    return *this;
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  explicit operator bool() const { return start_ != nullptr; }
  uint8_t* data() const { return start_; }
  size_t size() const { return bytes_; }
  void reset() {
    if (start_ != nullptr) munmap(start_, bytes_);
    start_ = nullptr;
  }

 private:
  uint8_t* start_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace hotlap
