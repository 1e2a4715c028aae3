// Message blocks of a BinaryFILE recording: framed as in a MoldUDP64 packet, numbered from 1.
#pragma once

#include "core/feed/packet_source.h"
#include "core/recording/byte_ring_reader.h"

namespace hotlap {

class BinaryFileSource final : public PacketSource {
 public:
  BinaryFileSource(uint8_t* ring, size_t ringSize) : ring_(ring, ringSize) {}

  bool usable() const { return ring_.usable(); }
  NextPacket next(int64_t nowNs, Packet& packet) override;
  TransportFacts transport() const override {
    return {"recording", "recording", "a recorded feed, read from memory", false, true, 0};
  }

 private:
  enum class State : uint8_t { records, sessionEnded, ended };

  NextPacket single(Packet& packet);

  ByteRingReader ring_;
  State state_ = State::records;
};

}  // namespace hotlap
