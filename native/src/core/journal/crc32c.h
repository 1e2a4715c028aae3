// CRC32C (Castagnoli, RFC 3720 appendix B.4): the processor's own instruction where it has one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hotlap::journal {

/// @param crc of what came before; 0 at the beginning
uint32_t crc32c(uint32_t crc, const uint8_t* bytes, size_t length);

/// By table, eight bytes at a time, for every processor.
uint32_t crc32cSoftware(uint32_t crc, const uint8_t* bytes, size_t length);

/// Whether `crc32c` uses SSE4.2.
bool crc32cIsHardware();

}  // namespace hotlap::journal
