#include "core/playback/packet_framer.h"

#include <cstring>
#include <utility>

#include "core/feed/itch50.h"

namespace hotlap {

namespace {

/// Type, locate, tracking number and time: what every ITCH message begins with.
constexpr size_t messageHeader = 11;

void writeHeader(uint8_t* packet, const MoldSession& session, uint64_t sequence, uint16_t count) {
  std::memcpy(packet, session.data(), session.size());
  const uint64_t bigSequence = __builtin_bswap64(sequence);
  const uint16_t bigCount = __builtin_bswap16(count);
  std::memcpy(packet + 10, &bigSequence, sizeof bigSequence);
  std::memcpy(packet + 18, &bigCount, sizeof bigCount);
}

}  // namespace

PacketFramer::PacketFramer(std::unique_ptr<PacketSource> source, uint32_t messagesPerPacket)
    : source_(std::move(source)), messagesPerPacket_(messagesPerPacket) {
  // Of BinaryFILE recordings, which have no session; ten characters (MoldUDP64 1.00).
  std::memcpy(session_.data(), "HOTLAP0001", session_.size());
}

void PacketFramer::readTime(const uint8_t* message, size_t length) {
  if (length < messageHeader) return;
  const auto timeNs = static_cast<int64_t>(itch50::timestampNs(message));
  if (timeNs > timeNs_) timeNs_ = timeNs;
}

void PacketFramer::load(const Packet& packet) {
  if (packet.blocks != 0) {
    cursor_ = packet.data;
    blocks_ = packet.blocks;
    whole_ = nullptr;
    return;
  }
  MoldHeader header;
  if (!framesAsMold(packet.data, packet.size) || !readMoldHeader(packet.data, packet.size, header)) {
    malformed_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  session_ = header.session;
  sequence_ = header.sequence;
  whole_ = packet.data;
  wholeSize_ = packet.size;
  cursor_ = packet.data + kMoldHeader;
  endInHand_ = header.count == kMoldEndOfSession;
  // Heartbeats (count 0) of the recording are left out: the playback sends its own.
  blocks_ = endInHand_ ? 0 : header.count;
}

NextPacket PacketFramer::next(OutgoingPacket& out) {
  // Bounded: the thread that asks stamps arrivals as well.
  for (int budget = 256; budget > 0; --budget) {
    if (endInHand_) {
      if (gathered_ != 0) {
        out = close();
        return NextPacket::packet;
      }
      endInHand_ = false;
      sawEndOfSession_ = true;
      nextSequence_ = sequence_;
      out = control(sequence_, kMoldEndOfSession);
      return NextPacket::packet;
    }
    if (blocks_ != 0) {
      if (messagesPerPacket_ == 0 && whole_ != nullptr) {
        passOn(out);
        return NextPacket::packet;
      }
      if (gather()) {
        out = close();
        return NextPacket::packet;
      }
      continue;
    }
    Packet packet;
    switch (source_->next(0, packet)) {
      case NextPacket::packet:
        load(packet);
        break;
      case NextPacket::none:
        return NextPacket::none;
      case NextPacket::skipped:
      case NextPacket::sessionEnded:
        break;
      case NextPacket::ended:
        truncated_.store(source_->counters().truncated, std::memory_order_relaxed);
        if (gathered_ == 0) return NextPacket::ended;
        out = close();
        return NextPacket::packet;
    }
  }
  return NextPacket::none;
}

void PacketFramer::passOn(OutgoingPacket& out) {
  const uint32_t messages = blocks_;
  for (; blocks_ != 0; --blocks_) {
    const size_t length = be16(cursor_);
    readTime(cursor_ + kBlockHeader, length);
    cursor_ += kBlockHeader + length;
  }
  nextSequence_ = sequence_ + messages;
  out = {whole_, wholeSize_, sequence_, messages, timeNs_};
}

bool PacketFramer::gather() {
  const uint32_t wanted = messagesPerPacket_ == 0 ? 1 : messagesPerPacket_;
  while (blocks_ != 0) {
    const size_t block = kBlockHeader + be16(cursor_);
    // A gap or a repetition of the recording stays one: what is not consecutive begins a packet of its own.
    if (gathered_ != 0 && (sequence_ != firstSequence_ + gathered_ || size_ + block > payloadBytes))
      return true;
    if (gathered_ == 0) firstSequence_ = sequence_;
    std::memcpy(packet_ + size_, cursor_, block);
    size_ += block;
    readTime(cursor_ + kBlockHeader, block - kBlockHeader);
    cursor_ += block;
    --blocks_;
    ++sequence_;
    if (++gathered_ == wanted) return true;
  }
  return false;
}

OutgoingPacket PacketFramer::close() {
  writeHeader(packet_, session_, firstSequence_, static_cast<uint16_t>(gathered_));
  nextSequence_ = firstSequence_ + gathered_;
  const OutgoingPacket out = {packet_, size_, firstSequence_, gathered_, timeNs_};
  gathered_ = 0;
  size_ = kMoldHeader;
  return out;
}

OutgoingPacket PacketFramer::control(uint64_t sequence, uint16_t count) {
  writeHeader(control_, session_, sequence, count);
  return {control_, sizeof control_, sequence, 0, timeNs_};
}

}  // namespace hotlap
