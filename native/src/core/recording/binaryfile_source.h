// Message blocks of a BinaryFILE recording: framed as in a MoldUDP64 packet, numbered from 1.
#pragma once

#include "core/recording/byte_ring_reader.h"
#include "core/recording/timed_source.h"

namespace hotlap {

class BinaryFileSource final : public TimedSource {
 public:
  static constexpr uint32_t kMostBlocks = 64;

  /** @param mostBlocks handed on as one packet */
  BinaryFileSource(uint8_t* ring, size_t ringSize, uint32_t mostBlocks = kMostBlocks)
      : ring_(ring, ringSize), mostBlocks_(mostBlocks) {}

  bool usable() const { return ring_.usable(); }
  NextPacket next(int64_t nowNs, Packet& packet) override;
  TransportFacts transport() const override {
    return {"recording", "recording", "a recorded feed, read from memory", false, true, 0};
  }

 private:
  enum class State : uint8_t { records, sessionEnded, ended };

  NextPacket single(Packet& packet);
  NextPacket packetOf(const uint8_t* blocks, size_t size, uint32_t count, Packet& packet);

  ByteRingReader ring_;
  uint32_t mostBlocks_;
  State state_ = State::records;
};

}  // namespace hotlap
