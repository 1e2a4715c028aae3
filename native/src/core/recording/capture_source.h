// The feed's packets of a capture file.
#pragma once

#include <memory>

#include "core/recording/byte_ring_reader.h"
#include "core/recording/capture_facts.h"
#include "core/recording/capture_reader.h"
#include "core/recording/group_filter.h"
#include "core/recording/timed_source.h"

namespace hotlap {

enum class CaptureFormat : uint8_t { pcap, pcapng };

/** @returns null for want of memory */
std::unique_ptr<CaptureReader> captureReaderOf(CaptureFormat format, ByteRingReader& ring);

class CaptureSource final : public TimedSource {
 public:
  CaptureSource(CaptureFormat format, uint8_t* ring, size_t ringSize, uint32_t group, uint16_t port);

  bool usable() const { return ring_.usable() && reader_ != nullptr; }
  NextPacket next(int64_t nowNs, Packet& packet) override;
  TransportFacts transport() const override {
    return {"recording", "recording", "a recorded feed, read from memory", false, true, 0};
  }
  std::string group() const override { return filter_.name(); }
  std::vector<GroupCount> groups() const override { return filter_.groups(); }
  const CaptureFacts* capture() const override { return &facts_; }

 private:
  NextPacket packetOf(const CapturedFrame& frame, Packet& packet);
  NextPacket end(bool truncated);

  ByteRingReader ring_;
  std::unique_ptr<CaptureReader> reader_;
  GroupFilter filter_;
  CaptureFacts facts_;
  bool ended_ = false;
};

}  // namespace hotlap
