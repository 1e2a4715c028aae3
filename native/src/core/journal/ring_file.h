// A ring of records in a file of shared memory: it survives the process that wrote it, whatever ended it.
//
//   ┌ header, 4096 bytes ┬ capacity bytes (a power of two): records; positions count bytes and never wrap ┐
//                          … oldest ───────▶ drained ───────▶ written …
//   [oldest, drained)  on the disk as well, readable until it is written over
//   [drained, written) only here
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/host/failure.h"
#include "core/journal/record.h"

namespace hotlap::journal {

struct RingHeader {
  static constexpr uint64_t magicValue = 0x31474e4952'4c48;  // "HLRING1", little endian
  static constexpr uint32_t layoutVersion = 1;

  uint64_t magic;
  uint32_t version;
  uint32_t generation;
  /// The same in every segment of the journal.
  uint64_t journalId;
  uint64_t capacity;
  /// 1 once the generation is on the disk; before that nobody has used a number of it.
  std::atomic<uint64_t> opened;

  // By the hot side.
  alignas(64) std::atomic<uint64_t> written;
  std::atomic<uint64_t> oldest;
  /// Of the last record.
  std::atomic<uint64_t> sequence;
  /// Numbers::packed.
  std::atomic<uint64_t> next;
  /// Bits of a double: when the present numbering began.
  std::atomic<uint64_t> createdMs;

  // By the drain.
  alignas(64) std::atomic<uint64_t> drained;
  /// errno of what the disk refused; 0 for none. The hot side appends nothing more.
  std::atomic<uint64_t> failure;
  std::atomic<uint64_t> reserved;
};
static_assert(std::atomic<uint64_t>::is_always_lock_free, "shared between processes");

inline constexpr size_t ringHeaderBytes = 4096;
static_assert(sizeof(RingHeader) <= ringHeaderBytes);
inline constexpr size_t minRingBytes = size_t{1} << 16;
inline constexpr size_t maxRingBytes = size_t{1} << 30;

class RingFile {
 public:
  RingFile() = default;
  ~RingFile();
  RingFile(const RingFile&) = delete;
  RingFile& operator=(const RingFile&) = delete;
  RingFile(RingFile&& other) noexcept;
  RingFile& operator=(RingFile&& other) noexcept;

  /// A new file with mode 0600; every page of it exists and is mapped. What has the name is replaced by
  /// `publish`.
  static Failure create(const std::string& path, size_t capacity, RingFile& out);
  /// Gives a created file its name.
  Failure publish();
  /// A file that is there, with its magic, version and size checked. `out` stays closed where there is none.
  static Failure open(const std::string& path, RingFile& out);

  bool isOpen() const { return header_ != nullptr; }
  RingHeader& header() const { return *header_; }
  uint8_t* bytes() const { return bytes_; }
  size_t capacity() const { return capacity_; }
  /// Bytes of a whole record at a position that holds one; 0 where it holds none.
  size_t stepAt(uint64_t position) const;

 private:
  Failure map(int fd, size_t capacity, const std::string& what);
  void close();

  RingHeader* header_ = nullptr;
  uint8_t* bytes_ = nullptr;
  size_t capacity_ = 0;
  std::string path_;
  std::string temporary_;
};

}  // namespace hotlap::journal
