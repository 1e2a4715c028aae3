// One record of a journal, the same in the ring and in a segment. Little endian, on a boundary of 32 bytes:
//
//   ┌ length u32 ┬ crc u32 ┬ generation u32 ┬ kind u32 ┬ sequence u64 ┬ key u64 ┬ payload … ┬ zeros to 32 ┐
//
// `length` counts header and payload. The CRC covers everything but itself. A length of zero is the end.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/journal/crc32c.h"

namespace hotlap::journal {

static_assert(std::endian::native == std::endian::little, "records lie in files as they lie in memory");

struct RecordHeader {
  uint32_t length;
  uint32_t crc;
  /// Of the ring that the record went through: grows with every opening.
  uint32_t generation;
  /// The caller's below `kind::own`.
  uint32_t kind;
  /// One more with each record of the journal's life; marks repeat the last one.
  uint64_t sequence;
  /// The caller's number for it.
  uint64_t key;
};
static_assert(sizeof(RecordHeader) == 32);

namespace kind {
/// From here on the journal's own.
inline constexpr uint32_t own = 0xf000;
/// In the ring only: the rest up to the ring's end is unused.
inline constexpr uint32_t pad = 0xf001;
/// In segments only: `Mark`.
inline constexpr uint32_t mark = 0xf002;
/// Records with this key and above were taken back.
inline constexpr uint32_t rewind = 0xf003;
/// Everything before it belongs to an ended numbering. Payload: creation time, a double.
inline constexpr uint32_t reset = 0xf004;
}  // namespace kind

inline constexpr size_t recordAlign = 32;
inline constexpr size_t maxPayloadBytes = size_t{1} << 20;

constexpr size_t alignedSize(size_t length) { return (length + recordAlign - 1) & ~(recordAlign - 1); }
constexpr size_t recordSize(size_t payloadBytes) { return alignedSize(sizeof(RecordHeader) + payloadBytes); }

inline RecordHeader headerAt(const uint8_t* at) {
  RecordHeader header;
  std::memcpy(&header, at, sizeof header);
  return header;
}

inline uint32_t recordCrc(const uint8_t* at, size_t length) {
  return crc32c(crc32c(0, at, 4), at + 8, length - 8);
}

/// Writes a record whose place has room for recordSize(payloadBytes).
inline void writeRecord(uint8_t* at, uint32_t generation, uint32_t kindOf, uint64_t sequence, uint64_t key,
                        const uint8_t* payload, size_t payloadBytes) {
  const size_t length = sizeof(RecordHeader) + payloadBytes;
  const RecordHeader header = {static_cast<uint32_t>(length), 0, generation, kindOf, sequence, key};
  std::memcpy(at, &header, sizeof header);
  if (payloadBytes != 0) std::memcpy(at + sizeof header, payload, payloadBytes);
  std::memset(at + length, 0, alignedSize(length) - length);
  const uint32_t crc = recordCrc(at, length);
  std::memcpy(at + 4, &crc, 4);
}

/// What a record must fit to be the next one: another would be of another journal, or left over from before.
struct RecordChain {
  uint64_t sequence = 0;
  uint32_t generation = 1;
  bool hasRecords = false;

  /// @returns false for a record that does not follow the one before; the first one is a mark
  bool follows(const RecordHeader& header) {
    const bool isMark = header.kind == kind::mark;
    if (header.generation < generation) return false;
    if (hasRecords ? header.sequence != (isMark ? sequence : sequence + 1) : !isMark) return false;
    hasRecords = true;
    sequence = header.sequence;
    generation = header.generation;
    return true;
  }
};

enum class RecordState { good, end, bad };

/// Looks at the bytes [at, at + room) and reads nothing beyond them.
inline RecordState inspectRecord(const uint8_t* at, size_t room) {
  if (room < sizeof(RecordHeader)) return RecordState::end;
  const RecordHeader header = headerAt(at);
  if (header.length == 0) return RecordState::end;
  if (header.length < sizeof(RecordHeader) || header.length > sizeof(RecordHeader) + maxPayloadBytes ||
      alignedSize(header.length) > room || header.kind == 0 || header.generation == 0)
    return RecordState::bad;
  return recordCrc(at, header.length) == header.crc ? RecordState::good : RecordState::bad;
}

/// Two numbers in one word, so that both change at once however a process ends.
struct Numbers {
  uint32_t out;
  uint32_t in;
  uint64_t packed() const { return uint64_t{out} | uint64_t{in} << 32; }
  static Numbers of(uint64_t packed) {
    return {static_cast<uint32_t>(packed), static_cast<uint32_t>(packed >> 32)};
  }
};

/// Payload of kind::mark: what the drain knows, at the end of every batch.
struct Mark {
  static constexpr uint32_t exact = 1;

  Numbers next;
  /// No number above it has been used.
  uint32_t reserved;
  /// `exact`: nobody has used a number since.
  uint32_t flags;
  double createdMs;
  /// Position up to which everything was on the disk when the mark was made: damage before it is no torn
  /// write.
  uint64_t durable;
};
static_assert(sizeof(Mark) == 32);

}  // namespace hotlap::journal
