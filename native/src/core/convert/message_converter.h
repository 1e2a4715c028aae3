// Messages of a feed into a BinaryFILE, or into packets that are numbered anew: what was left out leaves no
// gap.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/convert/capture_writer.h"
#include "core/convert/converter.h"
#include "core/feed/sequence_tracker.h"
#include "core/link/udp_headers.h"
#include "core/recording/capture_facts.h"
#include "core/recording/timed_source.h"

namespace hotlap {

struct MessageConverterOptions {
  /// Absent: a BinaryFILE.
  std::optional<CaptureForm> form;
  ConvertWindow window;
  std::vector<uint64_t> symbols;
  /// Where packets are sent to that were sent nowhere: those of a BinaryFILE.
  uint32_t group;
  uint16_t port;
  /// A capture's packets are timed since 1970, a BinaryFILE's since midnight.
  bool fromCapture;
  /// ns since 1970 of the recording's midnight.
  int64_t midnightNs;
};

class MessageConverter final : public Converter {
 public:
  MessageConverter(std::unique_ptr<TimedSource> source, const MessageConverterOptions& options);

  size_t step(uint8_t* out, size_t size) override;
  std::string group() const override { return source_->group(); }
  std::vector<uint64_t> missing() const override { return choice_.missing(); }

 private:
  /// As much as fits a frame of Ethernet without options: 1,500 bytes of IPv4.
  static constexpr size_t kMostPayload = 1'472;

  size_t convert(const Packet& packet, uint8_t* out);
  size_t convertBlocks(const uint8_t* at, uint32_t blocks, int64_t timeNs, uint8_t* out);
  size_t keep(const uint8_t* message, uint16_t length, uint8_t* out);
  size_t sendOpen(uint8_t* out);
  size_t writePacket(uint16_t count, uint8_t* out);
  size_t end(uint8_t* out);

  std::unique_ptr<TimedSource> source_;
  MessageConverterOptions options_;
  SymbolChoice choice_;
  std::optional<CaptureWriter> writer_;
  SequenceTracker sequence_;
  UdpHeaders headers_;
  bool addressed_ = false;
  bool sessionEnded_ = false;
  MoldSession session_{};
  /// The packet that is being filled: headers, then its messages.
  std::vector<uint8_t> frame_;
  size_t payload_ = 0;
  uint16_t open_ = 0;
  int64_t openNs_ = 0;
  uint64_t nextSequence_ = 1;
};

}  // namespace hotlap
