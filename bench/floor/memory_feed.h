// A feed made in memory, for counting instructions: seeded order flow in several books as MoldUDP64 packets
// of TotalView-ITCH messages. The same arguments give the same bytes on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/feed/packet_source.h"

namespace hotlap::floor {

struct MemoryFeedOptions {
  uint64_t messages = 100'000;
  uint32_t symbols = 20;
  uint32_t messagesPerPacket = 20;
};

class MemoryFeed final : public PacketSource {
 public:
  explicit MemoryFeed(const MemoryFeedOptions& options);

  NextPacket next(int64_t nowNs, Packet& packet) override;
  TransportFacts transport() const override { return {}; }

  /// Name of the n-th symbol, counted from 0.
  static std::string symbol(uint32_t index);

 private:
  std::vector<uint8_t> bytes_;
  std::vector<uint32_t> sizes_;
  size_t packet_ = 0;
  size_t at_ = 0;
};

}  // namespace hotlap::floor
