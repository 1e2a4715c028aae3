// A plain array in one piece, page by page present before the first use, so that the loop meets no page
// fault.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <type_traits>

namespace hotlap {

template <typename T>
class HugeArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  HugeArray() = default;
  HugeArray(const HugeArray&) = delete;
  HugeArray& operator=(const HugeArray&) = delete;
  ~HugeArray() { std::free(data_); }

  /** Takes `size` elements, each byte set to `fill`, and drops what was there. False when there is no memory.
   */
  bool assign(size_t size, unsigned char fill) {
    T* fresh = allocate(size);
    if (fresh == nullptr) return false;
    std::memset(static_cast<void*>(fresh), fill, size * sizeof(T));
    std::free(data_);
    data_ = fresh;
    size_ = size;
    return true;
  }

  /** Grows to `size` elements, keeping what is there. False when there is no memory: nothing changed. */
  bool grow(size_t size) {
    T* fresh = allocate(size);
    if (fresh == nullptr) return false;
    if (size_ != 0) std::memcpy(static_cast<void*>(fresh), data_, size_ * sizeof(T));
    std::memset(static_cast<void*>(fresh + size_), 0, (size - size_) * sizeof(T));
    std::free(data_);
    data_ = fresh;
    size_ = size;
    return true;
  }

  void swap(HugeArray& other) {
    T* data = data_;
    const size_t size = size_;
    data_ = other.data_;
    size_ = other.size_;
    other.data_ = data;
    other.size_ = size;
  }

  size_t size() const { return size_; }
  T* data() { return data_; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }

 private:
  static constexpr size_t kHugePage = size_t{2} << 20;

  static T* allocate(size_t size) {
    const size_t bytes = size * sizeof(T);
    if (bytes < kHugePage) return static_cast<T*>(std::malloc(bytes));
    const size_t rounded = (bytes + kHugePage - 1) / kHugePage * kHugePage;
    void* memory = std::aligned_alloc(kHugePage, rounded);
    // Fewer entries in the address cache: a table of orders is read at random. Refused where huge pages are
    // off.
    if (memory != nullptr) madvise(memory, rounded, MADV_HUGEPAGE);
    return static_cast<T*>(memory);
  }

  T* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace hotlap
