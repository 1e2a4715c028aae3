// The durable side: records in preallocated files `segment-00000001.journal`, one after the other.
//
//   ┌ header, 64 bytes ┬ mark ┬ record ┬ record ┬ mark ┬ … ┬ zeros: the end ┐
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/journal/record.h"

namespace hotlap::journal {

struct SegmentHeader {
  static constexpr uint64_t magicValue = 0x314745534a'4c48;  // "HLJSEG1", little endian
  static constexpr uint32_t layoutVersion = 1;

  uint64_t magic;
  uint32_t version;
  uint32_t crc;  // of everything behind it
  uint64_t journalId;
  uint64_t number;
  uint64_t bytes;
  uint64_t zeros[3];
};
static_assert(sizeof(SegmentHeader) == 64);

inline constexpr size_t minSegmentBytes = size_t{1} << 16;
inline constexpr size_t maxSegmentBytes = size_t{1} << 30;

/// As many as a name has digits for.
inline constexpr int64_t maxSegmentNumber = 99'999'999;

inline uint32_t segmentCrc(const SegmentHeader& header) {
  return crc32c(0, reinterpret_cast<const uint8_t*>(&header) + 16, sizeof header - 16);
}

/// Where a byte lies in a journal: segments in order, bytes within.
constexpr uint64_t positionOf(uint64_t segment, size_t offset) { return segment << 32 | offset; }

std::string segmentName(uint64_t number);
/// 0 where the name is none of a segment.
uint64_t segmentNumber(const std::string& name);

}  // namespace hotlap::journal
