#include "core/convert/message_converter.h"

#include <cstring>
#include <utility>

#include "core/feed/moldudp64.h"
#include "core/link/mac_addresses.h"

namespace hotlap {

namespace {

constexpr uint32_t kEthernet = 1;
constexpr MoldSession kOwnSession = {'H', 'O', 'T', 'L', 'A', 'P', ' ', ' ', ' ', ' '};

}  // namespace

MessageConverter::MessageConverter(std::unique_ptr<TimedSource> source,
                                   const MessageConverterOptions& options)
    : source_(std::move(source)),
      options_(options),
      choice_(options.symbols),
      session_(kOwnSession),
      frame_(kUdpFrameHeaders + kMostPayload),
      payload_(kMoldHeader) {
  if (options.form.has_value()) writer_.emplace(*options.form);
}

size_t MessageConverter::step(uint8_t* out, size_t size) {
  size_t written = 0;
  while (phase_ == ConvertPhase::reading && size - written >= CaptureWriter::kMostBytes) {
    Packet packet;
    switch (source_->next(0, packet)) {
      case NextPacket::packet:
        written += convert(packet, out + written);
        break;
      case NextPacket::skipped:
        break;
      case NextPacket::none:
        return written;
      case NextPacket::sessionEnded:
        sessionEnded_ = true;
        break;
      case NextPacket::ended:
        written += end(out + written);
        break;
    }
  }
  return written;
}

size_t MessageConverter::convert(const Packet& packet, uint8_t* out) {
  if (packet.blocks != 0) return convertBlocks(packet.data, packet.blocks, source_->packetNs(), out);
  MoldHeader header;
  if (!readMoldHeader(packet.data, packet.size, header) || !framesAsMold(packet.data, packet.size) ||
      !sequence_.accepts(header.session)) {
    ++stats_.malformed;
    return 0;
  }
  session_ = header.session;
  const bool ends = header.count == kMoldEndOfSession;
  if (ends) sessionEnded_ = true;
  uint32_t blocks = ends ? 0 : header.count;
  if (header.sequence == 0) return 0;
  const SequenceTracker::Verdict verdict = sequence_.offer(header.sequence, blocks);
  if (verdict.aside) {
    ++stats_.malformed;
    return 0;
  }
  stats_.lost += verdict.lost;
  stats_.duplicates += verdict.seen;
  const uint8_t* at = packet.data + kMoldHeader;
  for (uint32_t seen = 0; seen < verdict.seen; ++seen) at += kBlockHeader + be16(at);
  return convertBlocks(at, blocks - verdict.seen, source_->packetNs(), out);
}

size_t MessageConverter::convertBlocks(const uint8_t* at, uint32_t blocks, int64_t timeNs, uint8_t* out) {
  size_t written = 0;
  for (uint32_t n = 0; n < blocks; ++n) {
    const uint16_t length = be16(at);
    const uint8_t* const message = at + kBlockHeader;
    at = message + length;
    sequence_.take();
    ++stats_.messages;
    // Asked first: it learns which number a symbol has.
    if (!choice_.wants(message, length)) {
      ++stats_.otherSymbols;
      continue;
    }
    if (!options_.window.holds(options_.fromCapture ? timeNs - options_.midnightNs : timeNs)) {
      ++stats_.outsideTime;
      continue;
    }
    if (writer_.has_value() && open_ != 0 &&
        (openNs_ != timeNs || payload_ + kBlockHeader + length > kMostPayload))
      written += sendOpen(out + written);
    openNs_ = timeNs;
    written += keep(message, length, out + written);
  }
  return written;
}

size_t MessageConverter::keep(const uint8_t* message, uint16_t length, uint8_t* out) {
  // An empty block would end a BinaryFILE, and one that fits no packet is no message of any feed.
  if (length == 0 || kMoldHeader + kBlockHeader + length > kMostPayload) {
    ++stats_.malformed;
    return 0;
  }
  ++stats_.messagesWritten;
  uint8_t* const to = writer_.has_value() ? frame_.data() + kUdpFrameHeaders + payload_ : out;
  putBe16(to, length);
  std::memcpy(to + kBlockHeader, message, length);
  if (!writer_.has_value()) return kBlockHeader + length;
  payload_ += kBlockHeader + length;
  ++open_;
  return 0;
}

size_t MessageConverter::sendOpen(uint8_t* out) {
  if (open_ == 0) return 0;
  const size_t written = writePacket(open_, out);
  nextSequence_ += open_;
  open_ = 0;
  payload_ = kMoldHeader;
  return written;
}

size_t MessageConverter::writePacket(uint16_t count, uint8_t* out) {
  if (!std::exchange(addressed_, true)) {
    FrameAddresses addresses = {{}, {}, 0, options_.group, options_.port};
    multicastMac(options_.group, addresses.destinationMac);
    headers_.address(addresses);
  }
  uint8_t* const payload = frame_.data() + kUdpFrameHeaders;
  std::memcpy(payload, session_.data(), session_.size());
  putBe64(payload + 10, nextSequence_);
  putBe16(payload + 18, count);
  headers_.write(frame_.data(), payload, payload_);
  const size_t size = kUdpFrameHeaders + payload_;
  ++stats_.framesWritten;
  return writer_->write(out, {frame_.data(), size, kEthernet, static_cast<uint32_t>(size),
                              options_.fromCapture ? openNs_ : options_.midnightNs + openNs_});
}

size_t MessageConverter::end(uint8_t* out) {
  stats_.malformed += source_->counters().malformed;
  stats_.otherGroups = source_->counters().filtered + source_->counters().fragments;
  stats_.truncated = source_->counters().truncated;
  if (const CaptureFacts* facts = source_->capture()) stats_.frames = facts->frames;
  phase_ = ConvertPhase::ended;
  if (!writer_.has_value()) {
    if (sessionEnded_) putBe16(out, 0);
    return sessionEnded_ ? kBlockHeader : 0;
  }
  size_t written = sendOpen(out);
  if (sessionEnded_ && stats_.messagesWritten != 0) written += writePacket(kMoldEndOfSession, out + written);
  if (!writer_->begun()) written += writer_->writeHead(out + written);
  return written;
}

}  // namespace hotlap
