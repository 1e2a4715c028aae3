// Packets of a pcap recording: µs and ns, either byte order, whole records only.
#pragma once

#include "core/feed/packet_source.h"
#include "core/recording/byte_ring_reader.h"
#include "core/recording/group_filter.h"

namespace hotlap {

class PcapSource final : public PacketSource {
 public:
  PcapSource(uint8_t* ring, size_t ringSize, uint32_t group, uint16_t port)
      : ring_(ring, ringSize), filter_(group, port) {}

  bool usable() const { return ring_.usable(); }
  NextPacket next(int64_t nowNs, Packet& packet) override;
  TransportFacts transport() const override {
    return {"recording", "recording", "a recorded feed, read from memory", false, true, 0};
  }
  std::string group() const override { return filter_.name(); }
  std::vector<GroupCount> otherGroups() const override { return filter_.others(); }

 private:
  enum class State : uint8_t { header, records, ended };

  bool readHeader(const uint8_t* header);
  NextPacket starve(bool ended);
  NextPacket fail();

  ByteRingReader ring_;
  GroupFilter filter_;
  uint32_t linkType_ = 0;
  bool swapped_ = false;
  State state_ = State::header;
};

}  // namespace hotlap
