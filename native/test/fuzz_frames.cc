// Mutated frames from the wire to the tick, as live frames on a link and as a recording: the same books, the
// same events; and through every fault on purpose, where the counts must still add up. Run it under the
// sanitizers.
//
//   fuzz_frames [FRAMES] [SEED]
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "check.h"
#include "core/faults/faulty_link.h"
#include "core/faults/faulty_source.h"
#include "core/feed/receiver.h"
#include "core/link/frame_sender.h"
#include "core/link/link_source.h"
#include "core/recording/capture_source.h"
#include "core/ring/layout.h"
#include "frame_mutation.h"
#include "fuzz_input.h"
#include "memory_link.h"

using namespace hotlap;
using namespace hotlap::test;

namespace {

constexpr uint32_t kGroup = 0xef010101;
constexpr char kGroupText[] = "239.1.1.1";
constexpr uint16_t kPort = 26477;
constexpr uint32_t kFramesOfRound = 1'500;

/// A receiver with the memory it writes, and a digest of everything that it told a strategy.
class Reader {
 public:
  Reader(std::unique_ptr<PacketSource> source, bool recorded)
      : cells_(layout::cells_doubles),
        record_(layout::record_doubles),
        depth_(kInstruments * kStride),
        receiver_({cells_.data(), record_.data(), depth_.data(), kLevels, kInstruments}, optionsOf(recorded),
                  std::move(source)) {
    if (!receiver_.reserve()) std::abort();
    receiver_.subscribe(0x0101010101010101, 0xff);
    receiver_.subscribe(0x0202020202020202, layout::interest::trade);
  }

  /// @returns false when nothing came of it
  bool poll() {
    const int result = receiver_.poll();
    CHECK(result >= layout::poll::idle && result <= layout::poll::progress &&
          result != layout::poll::deadline);
    if (result == layout::poll::event || result == layout::poll::gap) digest(result);
    return result != layout::poll::idle;
  }

  uint64_t events() const { return events_; }
  const FeedReceiver& receiver() const { return receiver_; }
  const FeedCounters& counters() const { return receiver_.counters(); }
  const SourceCounters& source() const { return receiver_.source().counters(); }
  uint64_t digest() const { return digest_; }
  bool ended() const { return cells_[layout::cell::sourceEnded] == 1; }
  const std::vector<double>& depth() const { return depth_; }

 private:
  static constexpr uint32_t kLevels = 3;
  static constexpr uint32_t kInstruments = 2;
  static constexpr size_t kStride = layout::depth::header + 2 * kLevels * layout::depth::perLevel;

  static ReceiverOptions optionsOf(bool recorded) {
    ReceiverOptions options;
    options.expectedOrders = 1;
    options.recorded = recorded;
    return options;
  }

  void digest(int result) {
    ++events_;
    for (size_t at = 0; at < record_.size(); ++at) {
      // A live feed runs on the clock, a recording on its messages: a gap has no other time.
      if (at == layout::tick::receiveTimeNs) continue;
      if (result == layout::poll::gap && at == layout::tick::exchangeTimeNs) continue;
      uint64_t bits;
      std::memcpy(&bits, &record_[at], sizeof bits);
      digest_ = (digest_ ^ bits) * 0x100000001b3;
    }
  }

  std::vector<double> cells_;
  std::vector<double> record_;
  std::vector<double> depth_;
  FeedReceiver receiver_;
  uint64_t events_ = 0;
  uint64_t digest_ = 0xcbf29ce484222325;
};

/// What the inputs reached, over all rounds.
struct Reached {
  uint64_t frames = 0;
  uint64_t mutated = 0;
  uint64_t messages = 0;
  uint64_t events = 0;
  uint64_t badChecksums = 0;
  uint64_t gaps = 0;
  uint64_t faults = 0;
  uint64_t liveOrders = 0;
} reached;

/// Whole frames as the production sender makes them.
class FrameMaker {
 public:
  explicit FrameMaker(uint64_t seed)
      : sender_(std::make_unique<MemoryLink>(seed),
                {{2, 0, 0, 0, 0, 1}, {1, 0, 0x5e, 1, 1, 1}, 0x0a000001, kGroup, kPort}) {}

  Bytes operator()(const Bytes& payload) {
    CHECK(sender_.send(payload.data(), payload.size()) == 0 && sender_.flush() == 0);
    CHECK(sender_.link().rxBurst() == 1);
    const Frame& frame = sender_.link().frame(0);
    return {frame.data, frame.data + frame.size};
  }

 private:
  FrameSender sender_;
};

std::vector<Bytes> framesOf(Random& random, FrameMaker& make) {
  std::vector<Bytes> frames;
  uint64_t sequence = random.below(8) == 0 ? 1'000'000'000 : 1;
  const uint32_t perMille = random.below(4) == 0 ? 1000 : random.below(1000);
  for (uint32_t n = 0; n < kFramesOfRound; ++n) {
    Bytes payload = packet(random, sequence);
    const bool mutates = random.below(1000) < perMille;
    const Bytes meant = payload;
    if (mutates && random.below(2) == 0) mutatePayload(random, payload);
    Bytes whole = make(payload);
    if (random.below(3) == 0) tag(random, whole);
    const Bytes sent = whole;
    if (mutates) mutateFrame(random, whole);
    reached.mutated += payload != meant || whole != sent;
    frames.push_back(std::move(whole));
  }
  reached.frames += frames.size();
  return frames;
}

std::unique_ptr<PacketSource> linkSource(std::unique_ptr<Link> link) {
  auto source = std::make_unique<LinkSource>();
  CHECK(!source->open({kGroupText, kPort, ""}, std::move(link)));
  return source;
}

/// A recording of frames, in a ring as a housekeeping thread fills it.
class Recorded {
 public:
  explicit Recorded(const std::vector<Bytes>& frames)
      : ring_((layout::byte_ring::headerBytes + ByteRingReader::kMinCapacity) / 8) {
    append(bytes_, 0xa1b23c4d00020004, 8);
    append(bytes_, 0, 8);
    append(bytes_, 0x0000ffff00000001, 8);
    for (const Bytes& frame : frames) {
      append(bytes_, 0, 8);
      append(bytes_, frame.size() << 32 | frame.size(), 8);
      bytes_.insert(bytes_.end(), frame.begin(), frame.end());
    }
    CHECK(bytes_.size() < ByteRingReader::kMinCapacity);
    std::memcpy(memory() + layout::byte_ring::headerBytes, bytes_.data(), bytes_.size());
    ring_[layout::byte_ring::written] = static_cast<double>(bytes_.size());
    ring_[layout::byte_ring::ended] = 1;
  }

  std::unique_ptr<PacketSource> source() {
    return std::make_unique<CaptureSource>(CaptureFormat::pcap, memory(), ring_.size() * sizeof(double),
                                           kGroup, kPort);
  }

 private:
  uint8_t* memory() { return reinterpret_cast<uint8_t*>(ring_.data()); }

  std::vector<double> ring_;
  Bytes bytes_;
};

void drainRecording(Reader& reader) {
  for (int polls = 0; polls < 100'000 && !reader.ended(); ++polls) reader.poll();
  CHECK(reader.ended());
}

/// Everything that was put in comes out again, is counted, or was a fault on purpose.
void checkSums(const Reader& reader, uint64_t frames) {
  const SourceCounters& source = reader.source();
  FaultCounters none;
  const FaultCounters* faults = reader.receiver().source().faults();
  if (faults == nullptr) faults = &none;
  CHECK(frames + faults->duplicated == reader.counters().packets + source.filtered + source.malformed +
                                           source.fragments + source.badChecksums + source.oversized +
                                           source.drops + faults->lost + faults->held);
  reached.faults +=
      faults->lost + faults->duplicated + faults->reordered + faults->delayed + faults->corrupted;
}

void checkSameBooks(const Reader& live, const Reader& recorded) {
  const FeedCounters& a = live.counters();
  const FeedCounters& b = recorded.counters();
  CHECK(a.messages == b.messages);
  CHECK(a.gaps == b.gaps && a.lostMessages == b.lostMessages && a.duplicates == b.duplicates);
  CHECK(std::memcmp(a.byType, b.byType, sizeof a.byType) == 0);
  CHECK(live.receiver().sequence().expected() == recorded.receiver().sequence().expected());
  CHECK(live.receiver().stale() == recorded.receiver().stale());
  CHECK(live.digest() == recorded.digest());
  CHECK(std::memcmp(live.depth().data(), recorded.depth().data(), live.depth().size() * sizeof(double)) == 0);
  const OrderBooks& first = live.receiver().books();
  const OrderBooks& second = recorded.receiver().books();
  CHECK(first.liveOrders() == second.liveOrders());
  CHECK(first.unknownOrders() == second.unknownOrders());
  CHECK(first.duplicateOrders() == second.duplicateOrders());
  CHECK(first.overReductions() == second.overReductions());
}

void liveAndRecorded(Random& random, const std::vector<Bytes>& frames) {
  auto device = std::make_unique<MemoryLink>(random.next());
  MemoryLink& memory = *device;
  Reader live(linkSource(std::move(device)), false);
  std::vector<Bytes> kept;
  uint64_t bad = 0;
  for (const Bytes& frame : frames) {
    memory.put(frame.data(), frame.size());
    while (random.below(4) != 0 && live.poll()) {
    }
    // A recording is not asked for its checksums: what a live feed refuses is not in this one.
    if (isBadDatagram(frame, kGroup, kPort)) {
      ++bad;
    } else {
      kept.push_back(frame);
    }
  }
  while (live.poll() || !memory.empty()) {
  }
  CHECK(live.source().badChecksums == bad);
  checkSums(live, frames.size());

  Recorded recording(kept);
  Reader recorded(recording.source(), true);
  drainRecording(recorded);
  // The file's header is none of the packets, and it is skipped without a count.
  checkSums(recorded, kept.size());
  checkSameBooks(live, recorded);
  reached.messages += live.counters().messages;
  reached.events += live.events();
  reached.badChecksums += bad;
  reached.gaps += live.counters().gaps;
  reached.liveOrders += live.receiver().books().liveOrders();
}

void withFaults(Random& random, const std::vector<Bytes>& frames) {
  FaultOptions options;
  options.seed = random.next();
  for (double* share :
       {&options.loss, &options.duplicate, &options.reorder, &options.delay, &options.corrupt}) {
    *share = random.below(3) == 0 ? 0 : random.below(1000) / 3000.0;
  }
  options.reorderWithin = 1 + random.below(FaultOptions::kMaxReorderWithin);
  options.delayNs = random.below(3'000);
  constexpr size_t kDelayed = 8'192;

  auto device = std::make_unique<MemoryLink>(random.next());
  MemoryLink& memory = *device;
  for (const Bytes& frame : frames) memory.put(frame.data(), frame.size());
  Reader live(linkSource(std::make_unique<FaultyLink>(std::move(device), options, kDelayed)), false);
  while (live.poll() || !memory.empty()) {
  }
  checkSums(live, frames.size());

  Recorded recording(frames);
  Reader recorded(std::make_unique<FaultySource>(recording.source(), options, true, kDelayed), true);
  drainRecording(recorded);
  checkSums(recorded, frames.size());
  CHECK(recorded.receiver().source().faults()->held == 0);
}

}  // namespace

int main(int count, char** arguments) {
  const uint64_t wanted = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 20'000;
  const uint64_t seed = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1;
  Random random(seed);
  FrameMaker make(seed);
  while (reached.mutated < wanted) {
    const std::vector<Bytes> frames = framesOf(random, make);
    liveAndRecorded(random, frames);
    if (random.below(4) == 0) withFaults(random, frames);
  }
  const auto tell = [](const char* what, uint64_t value) {
    std::printf("%s %llu", what, static_cast<unsigned long long>(value));
  };
  tell("seed", seed);
  tell(": frames", reached.frames);
  tell(", mutated", reached.mutated);
  tell(", messages", reached.messages);
  tell(", events", reached.events);
  tell(", bad checksums", reached.badChecksums);
  tell(", gaps", reached.gaps);
  tell(", faults", reached.faults);
  tell(", orders alive at the ends", reached.liveOrders);
  std::printf("\n");
  return finish("fuzz_frames");
}
