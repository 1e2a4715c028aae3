// The packets of a playback's tap as a receiver's source.
#pragma once

#include <memory>
#include <utility>

#include "core/feed/packet_source.h"
#include "core/playback/playback_tap.h"

namespace hotlap {

class TapSource final : public PacketSource {
 public:
  explicit TapSource(std::shared_ptr<PlaybackTap> tap) : tap_(std::move(tap)) { tap_->attach(); }
  ~TapSource() override { tap_->detach(); }

  NextPacket next(int64_t, Packet& packet) override {
    const bool ended = tap_->ended();
    int64_t intendedNs;
    packet.blocks = 0;
    packet.burstNs = 0;
    if (tap_->next(&packet.data, &packet.size, &intendedNs)) return NextPacket::packet;
    return ended ? NextPacket::ended : NextPacket::none;
  }
  TransportFacts transport() const override {
    return {"playback", "application", "what the playback of this process has sent", false, true, 0};
  }

 private:
  std::shared_ptr<PlaybackTap> tap_;
};

}  // namespace hotlap
