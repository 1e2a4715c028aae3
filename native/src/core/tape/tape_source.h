// The packets of a tape, each in the turn in which it was taken.
#pragma once

#include <cstdint>
#include <memory>

#include "core/feed/packet_source.h"
#include "core/tape/tape_player.h"

namespace hotlap::tape {

class TapeSource final : public PacketSource {
 public:
  explicit TapeSource(std::shared_ptr<TapePlayer> tape)
      : tape_(std::move(tape)), packet_(new uint8_t[kMaxEntry]) {}

  NextPacket next(int64_t nowNs, Packet& packet) override;
  TransportFacts transport() const override;

 private:
  std::shared_ptr<TapePlayer> tape_;
  /** The packet in hand: the tape goes on while it is worked off. */
  std::unique_ptr<uint8_t[]> packet_;
  int32_t passedOver_ = 0;
};

}  // namespace hotlap::tape
