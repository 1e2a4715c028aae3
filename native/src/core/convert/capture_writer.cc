#include "core/convert/capture_writer.h"

#include <algorithm>
#include <cstring>

namespace hotlap {

namespace {

constexpr uint32_t kEthernet = 1;
constexpr uint32_t kSnapLength = 262'144;
constexpr int64_t kNsPerSecond = 1'000'000'000;

/// Little-endian, wherever it runs: a file is the same bytes.
class Bytes {
 public:
  explicit Bytes(uint8_t* out) : start_(out), at_(out) {}

  Bytes& u16(uint32_t value) { return put(value, 2); }
  Bytes& u32(uint64_t value) { return put(value, 4); }
  Bytes& u64(uint64_t value) { return put(value, 8); }
  Bytes& raw(const uint8_t* bytes, size_t size) {
    std::memcpy(at_, bytes, size);
    at_ += size;
    return *this;
  }
  Bytes& padding(size_t size) {
    std::memset(at_, 0, size);
    at_ += size;
    return *this;
  }
  size_t size() const { return static_cast<size_t>(at_ - start_); }

 private:
  Bytes& put(uint64_t value, int bytes) {
    for (int n = 0; n < bytes; ++n) *at_++ = static_cast<uint8_t>(value >> (8 * n));
    return *this;
  }

  uint8_t* start_;
  uint8_t* at_;
};

}  // namespace

size_t CaptureWriter::writeHead(uint8_t* out) {
  begun_ = true;
  if (form_ != CaptureForm::pcapng) return writePcapHead(out, kEthernet);
  constexpr uint32_t size = 28;
  return Bytes(out)
      .u32(0x0a0d0d0a)
      .u32(size)
      .u32(0x1a2b3c4d)
      .u16(1)
      .u16(0)
      .u64(~uint64_t{0})
      .u32(size)
      .size();
}

size_t CaptureWriter::writePcapHead(uint8_t* out, uint32_t linkType) {
  begun_ = true;
  linkTypes_.assign(1, linkType);
  const uint32_t magic = form_ == CaptureForm::pcapMicroseconds ? 0xa1b2c3d4 : 0xa1b23c4d;
  return Bytes(out).u32(magic).u16(2).u16(4).u32(0).u32(0).u32(kSnapLength).u32(linkType).size();
}

size_t CaptureWriter::write(uint8_t* out, const CapturedFrame& frame) {
  size_t written = 0;
  if (form_ != CaptureForm::pcapng) {
    if (!begun_) written = writePcapHead(out, frame.linkType);
    if (linkTypes_.front() != frame.linkType) return 0;
    return written + writePcap(out + written, frame);
  }
  if (!begun_) written = writeHead(out);
  const auto known = std::find(linkTypes_.begin(), linkTypes_.end(), frame.linkType);
  const auto interface = static_cast<uint32_t>(known - linkTypes_.begin());
  if (known == linkTypes_.end()) written += writeInterface(out + written, frame.linkType);
  return written + writePcapng(out + written, frame, interface);
}

size_t CaptureWriter::writePcap(uint8_t* out, const CapturedFrame& frame) const {
  // Before 1970 there is no time in a pcap; what is so early was never set.
  const int64_t timeNs = std::max<int64_t>(frame.timeNs, 0);
  const int64_t fraction = timeNs % kNsPerSecond;
  return Bytes(out)
      .u32(static_cast<uint64_t>(timeNs / kNsPerSecond))
      .u32(static_cast<uint64_t>(form_ == CaptureForm::pcapMicroseconds ? fraction / 1'000 : fraction))
      .u32(frame.size)
      .u32(frame.originalSize)
      .raw(frame.bytes, frame.size)
      .size();
}

size_t CaptureWriter::writeInterface(uint8_t* out, uint32_t linkType) {
  linkTypes_.push_back(linkType);
  constexpr uint32_t size = 32;
  constexpr uint32_t resolutionOption = 9;
  // Resolution 10^-9, padded to 32 bits; then the end of options.
  return Bytes(out)
      .u32(1)
      .u32(size)
      .u16(linkType)
      .u16(0)
      .u32(0)
      .u16(resolutionOption)
      .u16(1)
      .u32(9)
      .u32(0)
      .u32(size)
      .size();
}

size_t CaptureWriter::writePcapng(uint8_t* out, const CapturedFrame& frame, uint32_t interface) const {
  const size_t padding = (4 - frame.size % 4) % 4;
  const size_t size = 32 + frame.size + padding;
  const auto ticks = static_cast<uint64_t>(std::max<int64_t>(frame.timeNs, 0));
  return Bytes(out)
      .u32(6)
      .u32(size)
      .u32(interface)
      .u32(ticks >> 32)
      .u32(ticks & 0xffffffff)
      .u32(frame.size)
      .u32(frame.originalSize)
      .raw(frame.bytes, frame.size)
      .padding(padding)
      .u32(size)
      .size();
}

}  // namespace hotlap
