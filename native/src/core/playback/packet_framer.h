// The datagrams of a playback: the recording's packets as they are, or its messages framed anew as MoldUDP64.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/feed/moldudp64.h"
#include "core/feed/packet_source.h"

namespace hotlap {

/// A datagram ready to leave; lies in the framer until the next call.
struct OutgoingPacket {
  const uint8_t* data;
  size_t size;
  uint64_t firstSequence;
  /// 0 for an end of session.
  uint32_t messages;
  /// Exchange time of its last message, ns since midnight: it cannot have left before. Never goes back.
  int64_t timeNs;
};

class PacketFramer {
 public:
  /// Re-framed packets close before this: an Ethernet frame's worth.
  static constexpr size_t payloadBytes = 1472;

  /// @param messagesPerPacket 0: as recorded
  PacketFramer(std::unique_ptr<PacketSource> source, uint32_t messagesPerPacket);

  /// @returns packet, none (nothing there now) or ended
  NextPacket next(OutgoingPacket& out);
  /// A packet without messages: a heartbeat (count 0) or an end of session.
  OutgoingPacket control(uint64_t sequence, uint16_t count);
  /// Of the packet after the last one given out.
  uint64_t nextSequence() const { return nextSequence_; }
  bool sawEndOfSession() const { return sawEndOfSession_; }
  const PacketSource& source() const { return *source_; }
  /// Packets of the recording that do not frame as MoldUDP64 and were left out; any thread may ask.
  uint64_t malformed() const { return malformed_.load(std::memory_order_relaxed); }
  /// The recording broke off inside a record; any thread may ask.
  bool truncated() const { return truncated_.load(std::memory_order_relaxed); }

 private:
  void load(const Packet& packet);
  void passOn(OutgoingPacket& out);
  /// @returns true when the packet under construction is complete
  bool gather();
  OutgoingPacket close();
  void readTime(const uint8_t* message, size_t length);

  std::unique_ptr<PacketSource> source_;
  const uint32_t messagesPerPacket_;
  MoldSession session_;
  uint64_t nextSequence_ = 1;
  std::atomic<uint64_t> malformed_{0};
  std::atomic<bool> truncated_{false};
  int64_t timeNs_ = 0;
  bool sawEndOfSession_ = false;

  // The recording's packet in hand: blocks from cursor_, so many of them left, the first one's sequence
  // number.
  const uint8_t* whole_ = nullptr;
  size_t wholeSize_ = 0;
  const uint8_t* cursor_ = nullptr;
  uint32_t blocks_ = 0;
  uint64_t sequence_ = 1;
  bool endInHand_ = false;

  // The packet under construction.
  uint64_t firstSequence_ = 1;
  uint32_t gathered_ = 0;
  size_t size_ = kMoldHeader;
  uint8_t packet_[payloadBytes + 65'536];
  uint8_t control_[kMoldHeader];
};

}  // namespace hotlap
