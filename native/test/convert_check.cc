// Recordings, whole and damaged, through the converters, and what they wrote through the readers again; and
// two halves of a recording, merged. Run it under the sanitizers.
//
//   convert_check [ITERATIONS] [SEED]
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "check.h"
#include "core/convert/frame_converter.h"
#include "core/convert/message_converter.h"
#include "core/recording/binaryfile_source.h"
#include "core/recording/merged_source.h"
#include "core/ring/layout.h"
#include "fuzz_input.h"

using namespace hotlap;
using namespace hotlap::test;

namespace {

/// A ring that holds all of a recording, and has ended.
class FilledRing {
 public:
  explicit FilledRing(const Bytes& bytes)
      : doubles_((layout::byte_ring::headerBytes + std::max(ByteRingReader::kMinCapacity, bytes.size()) + 7) /
                 8) {
    if (!bytes.empty()) std::memcpy(memory() + layout::byte_ring::headerBytes, bytes.data(), bytes.size());
    doubles_[layout::byte_ring::written] = static_cast<double>(bytes.size());
    doubles_[layout::byte_ring::ended] = 1;
  }
  uint8_t* memory() { return reinterpret_cast<uint8_t*>(doubles_.data()); }
  size_t size() const { return doubles_.size() * sizeof(double); }

 private:
  std::vector<double> doubles_;
};

Bytes converted(Converter& converter) {
  Bytes all;
  // Exactly as large as it may be: the sanitizer sees what goes beyond.
  std::vector<uint8_t> out(Converter::kLeastOut);
  while (converter.phase() == ConvertPhase::reading) {
    const size_t written = converter.step(out.data(), out.size());
    CHECK(written <= out.size());
    CHECK(written != 0 || converter.phase() != ConvertPhase::reading);
    all.insert(all.end(), out.begin(), out.begin() + static_cast<ptrdiff_t>(written));
    if (written == 0) break;
  }
  return all;
}

struct Counted {
  uint64_t frames = 0;
  NextFrame end = NextFrame::none;
};

Counted framesIn(const Bytes& bytes, CaptureFormat format) {
  FilledRing ring(bytes);
  ByteRingReader reader(ring.memory(), ring.size());
  const std::unique_ptr<CaptureReader> frames = captureReaderOf(format, reader);
  Counted counted;
  for (;;) {
    CapturedFrame frame;
    const NextFrame next = frames->next(frame);
    if (next == NextFrame::frame) ++counted.frames;
    if (next == NextFrame::frame || next == NextFrame::skipped) continue;
    counted.end = next;
    return counted;
  }
}

std::unique_ptr<TimedSource> sourceOf(FilledRing& ring, bool isCapture, CaptureFormat format) {
  if (isCapture) return std::make_unique<CaptureSource>(format, ring.memory(), ring.size(), 0, 0);
  return std::make_unique<BinaryFileSource>(ring.memory(), ring.size(), 1);
}

uint64_t messagesIn(PacketSource& source) {
  uint64_t messages = 0;
  for (Packet packet;;) {
    const NextPacket next = source.next(0, packet);
    if (next == NextPacket::ended || next == NextPacket::none) return messages;
    if (next != NextPacket::packet) continue;
    messages += packet.blocks;
    MoldHeader header;
    if (packet.blocks == 0 && readMoldHeader(packet.data, packet.size, header) &&
        header.count != kMoldEndOfSession)
      messages += header.count;
  }
}

void checkFrames(const Bytes& bytes, CaptureFormat format, CaptureForm form) {
  FilledRing ring(bytes);
  FrameConverter converter(format, ring.memory(), ring.size(), form, {}, std::nullopt, 0, 0);
  const Bytes written = converted(converter);
  const Counted again =
      framesIn(written, form == CaptureForm::pcapng ? CaptureFormat::pcapng : CaptureFormat::pcap);
  CHECK(again.end == NextFrame::ended);
  CHECK(again.frames == converter.stats().framesWritten);
  CHECK(converter.phase() == ConvertPhase::mixedLinkTypes || again.frames == framesIn(bytes, format).frames);
}

void checkMessages(Random& random, const Bytes& bytes, bool isCapture, CaptureFormat format) {
  FilledRing ring(bytes);
  MessageConverterOptions options = {std::nullopt, {}, {}, 0xefc00701, 26477, isCapture, 0};
  if (random.below(2) == 0) options.form = static_cast<CaptureForm>(random.below(3));
  if (random.below(2) == 0) options.symbols = {0x0101010101010101};
  MessageConverter converter(sourceOf(ring, isCapture, format), options);
  const Bytes written = converted(converter);
  const ConvertStats& stats = converter.stats();
  CHECK(stats.messagesWritten + stats.otherSymbols + stats.outsideTime <= stats.messages);
  FilledRing again(written);
  const std::unique_ptr<TimedSource> source =
      sourceOf(again, options.form.has_value(),
               options.form == CaptureForm::pcapng ? CaptureFormat::pcapng : CaptureFormat::pcap);
  CHECK(messagesIn(*source) == stats.messagesWritten);
  CHECK(!source->counters().truncated);
  CHECK(source->counters().malformed == 0);
}

/// Nothing of either is lost, and each keeps its order.
void checkMerged(const Bytes& one, const Bytes& other, bool isCapture, CaptureFormat format) {
  FilledRing rings[] = {FilledRing(one), FilledRing(other)};
  uint64_t apart = 0;
  for (const Bytes* bytes : {&one, &other}) {
    FilledRing ring(*bytes);
    apart += messagesIn(*sourceOf(ring, isCapture, format));
  }
  std::vector<std::unique_ptr<TimedSource>> sources;
  for (FilledRing& ring : rings) sources.push_back(sourceOf(ring, isCapture, format));
  MergedSource merged(std::move(sources));
  CHECK(messagesIn(merged) == apart);
}

}  // namespace

int main(int count, char** arguments) {
  const long iterations = count > 1 ? std::strtol(arguments[1], nullptr, 10) : 300;
  Random random(count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1);
  for (long i = 0; i < iterations; ++i) {
    const bool isCapture = random.below(3) != 0;
    const CaptureFormat format = random.below(2) == 0 ? CaptureFormat::pcap : CaptureFormat::pcapng;
    const auto made = [&] {
      Bytes bytes = !isCapture                      ? blocks(random, 150)
                    : format == CaptureFormat::pcap ? pcapFile(random)
                                                    : pcapngFile(random);
      if (i % 4 != 0) mutate(random, bytes);
      return bytes;
    };
    const Bytes bytes = made();
    if (isCapture) checkFrames(bytes, format, static_cast<CaptureForm>(random.below(3)));
    checkMessages(random, bytes, isCapture, format);
    checkMerged(bytes, made(), isCapture, format);
  }
  return finish("convert_check");
}
