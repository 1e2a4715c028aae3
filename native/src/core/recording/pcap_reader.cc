#include "core/recording/pcap_reader.h"

#include "core/recording/host_order.h"

namespace hotlap {

namespace {

constexpr size_t fileHeader = 24;
constexpr size_t recordHeader = 16;
constexpr uint32_t magicMicroseconds = 0xa1b2c3d4;
constexpr uint32_t magicNanoseconds = 0xa1b23c4d;

}  // namespace

NextFrame PcapReader::readHeader() {
  NextFrame otherwise;
  const uint8_t* const header = whole(fileHeader, otherwise);
  if (header == nullptr) return otherwise;
  uint32_t magic = read32(header, false);
  if (magic == __builtin_bswap32(magicMicroseconds) || magic == __builtin_bswap32(magicNanoseconds)) {
    swapped_ = true;
    magic = __builtin_bswap32(magic);
  }
  if (magic != magicMicroseconds && magic != magicNanoseconds) return NextFrame::broken;
  fractionNs_ = magic == magicMicroseconds ? 1'000 : 1;
  // The upper bits tell of a frame check sequence.
  linkType_ = read32(header + 20, swapped_) & 0x0fffffff;
  ring_.consume(fileHeader);
  begun_ = true;
  return NextFrame::skipped;
}

NextFrame PcapReader::next(CapturedFrame& frame) {
  if (!begun_) return readHeader();
  NextFrame otherwise;
  const uint8_t* record = whole(recordHeader, otherwise);
  if (record == nullptr) return otherwise;
  const uint32_t captured = read32(record + 8, swapped_);
  if (captured > mostCaptured) return NextFrame::broken;
  record = whole(recordHeader + captured, otherwise);
  if (record == nullptr) return otherwise;
  ring_.consume(recordHeader + captured);
  frame = {record + recordHeader, captured, linkType_, read32(record + 12, swapped_),
           int64_t{read32(record, swapped_)} * 1'000'000'000 +
               int64_t{read32(record + 4, swapped_)} * fractionNs_};
  return NextFrame::frame;
}

}  // namespace hotlap
