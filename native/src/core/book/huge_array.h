// A plain array in one piece that is zero at first, in memory of its own: what is taken in advance is present
// before the first use, so that the loop meets no page fault; what growth adds is when it is used.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
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
  ~HugeArray() { release(); }

  /** Takes `size` elements of zeros, all pages present, and drops what was there. False when there is no
   * memory.
   */
  bool assign(size_t size) {
    HugeArray fresh;
    if (!fresh.allocate(size)) return false;
    std::memset(static_cast<void*>(fresh.data_), 0, size * sizeof(T));
    swap(fresh);
    return true;
  }

  /** Grows to `size` elements, zeros behind what is there; no element is copied once they fill some pages.
   * False when there is no memory: nothing changed. */
  bool grow(size_t size) {
    if (size <= size_) return true;
    HugeArray fresh;
    if (!fresh.allocate(size)) return false;
    if (isMapped()) {
      // The pages move over, as they are, onto the new ones.
      const size_t bytes = mappedBytes(size);
      void* moved = mremap(data_, mappedBytes(size_), bytes, MREMAP_MAYMOVE | MREMAP_FIXED, fresh.data_);
      if (moved == MAP_FAILED) {
        // Whether the range is still ours is not told.
        fresh.data_ = nullptr;
        return false;
      }
      data_ = nullptr;
      madvise(moved, bytes, MADV_HUGEPAGE);
    } else {
      const size_t kept = size_ * sizeof(T);
      const auto from = reinterpret_cast<const uint8_t*>(data_);
      auto* to = reinterpret_cast<uint8_t*>(fresh.data_);
      if (kept != 0) std::memcpy(to, from, kept);
      if (!fresh.isMapped()) std::memset(to + kept, 0, size * sizeof(T) - kept);
    }
    swap(fresh);
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

  bool isMapped() const { return size_ * sizeof(T) >= kHugePage; }

  static size_t mappedBytes(size_t size) {
    return (size * sizeof(T) + kHugePage - 1) / kHugePage * kHugePage;
  }

  // Not from the heap: what malloc once mapped it keeps later on, and a table that has grown is not needed
  // any more.
  bool allocate(size_t size) {
    if (size > (SIZE_MAX >> 1) / sizeof(T)) return false;
    size_ = size;
    if (!isMapped()) {
      data_ = static_cast<T*>(std::malloc(size * sizeof(T)));
      return data_ != nullptr;
    }
    const size_t bytes = mappedBytes(size);
    void* memory =
        mmap(nullptr, bytes + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return false;
    auto* start = static_cast<uint8_t*>(memory);
    const size_t before = (kHugePage - reinterpret_cast<uintptr_t>(start) % kHugePage) % kHugePage;
    if (before != 0) munmap(start, before);
    munmap(start + before + bytes, kHugePage - before);
    data_ = reinterpret_cast<T*>(start + before);
    // Fewer entries in the address cache: a table of orders is read at random. Refused where huge pages are
    // off.
    madvise(data_, bytes, MADV_HUGEPAGE);
    return true;
  }

  void release() {
    if (data_ == nullptr) return;
    if (isMapped()) {
      munmap(data_, mappedBytes(size_));
    } else {
      std::free(data_);
    }
  }

  T* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace hotlap
