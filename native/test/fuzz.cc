// Deterministic mutation fuzzing of everything that reads bytes from outside: recordings of both formats
// through the reader, the frames, MoldUDP64, TotalView-ITCH and the books. Run it under the sanitizers.
//
//   fuzz [ITERATIONS] [SEED]
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "check.h"
#include "core/feed/receiver.h"
#include "core/recording/binaryfile_source.h"
#include "core/recording/capture_source.h"
#include "core/ring/layout.h"
#include "fuzz_input.h"

using namespace hotlap;
using namespace hotlap::test;

namespace {

/** What the inputs reached: a fuzzer that is refused at the door finds nothing. */
struct Reached {
  double messages = 0;
  double events = 0;
  double malformed = 0;
  double gaps = 0;
  double liveOrders = 0;
} reached;

/** What must hold after any input. */
void checkCells(const std::vector<double>& cells, const FeedReceiver& receiver) {
  CHECK(cells[layout::cell::sourceEnded] == 1);
  CHECK(cells[layout::cell::liveOrders] == static_cast<double>(receiver.books().liveOrders()));
  CHECK(cells[layout::cell::gaps] == 0 || cells[layout::cell::stale] == 1);
  // Less only where the first packet was a stray one, and its messages counted before the feed's own.
  CHECK(cells[layout::cell::sequence] == cells[layout::cell::messages] + cells[layout::cell::lostMessages] ||
        (cells[layout::cell::sequence] < cells[layout::cell::messages] &&
         cells[layout::cell::lostMessages] == 0));
  CHECK(!std::isnan(cells[layout::cell::nowNs]));
}

void checkDepth(const double* depth, uint32_t levels) {
  for (int side = 0; side < 2; ++side) {
    const double* first = depth + layout::depth::header + side * levels * layout::depth::perLevel;
    const auto count = static_cast<uint32_t>(depth[layout::depth::bidLevels + side]);
    for (uint32_t n = 0; n < levels; ++n) {
      const double* level = first + n * layout::depth::perLevel;
      CHECK((n < count) == (level[layout::depth::size] > 0));
      if (n == 0 || n >= count) continue;
      CHECK(side == 0 ? level[0] < level[-layout::depth::perLevel]
                      : level[0] > level[-layout::depth::perLevel]);
    }
  }
}

enum class Kind : uint8_t { binaryFile, pcap, pcapng };

void run(Random& random, const Bytes& bytes, Kind kind) {
  constexpr uint32_t kLevels = 3;
  constexpr uint32_t kInstruments = 2;
  constexpr size_t kStride = layout::depth::header + 2 * kLevels * layout::depth::perLevel;
  // The smallest ring, so that what is read lies close to the end of its memory.
  std::vector<double> ring((layout::byte_ring::headerBytes + ByteRingReader::kMinCapacity) / 8);
  auto* memory = reinterpret_cast<uint8_t*>(ring.data());
  const size_t size = ring.size() * sizeof(double);
  const size_t written = std::min(bytes.size(), ByteRingReader::kMinCapacity);
  if (written != 0) std::memcpy(memory + layout::byte_ring::headerBytes, bytes.data(), written);

  std::unique_ptr<PacketSource> source;
  if (kind == Kind::binaryFile) {
    source = std::make_unique<BinaryFileSource>(memory, size);
  } else {
    const CaptureFormat format = kind == Kind::pcap ? CaptureFormat::pcap : CaptureFormat::pcapng;
    source = std::make_unique<CaptureSource>(format, memory, size, 0, 0);
  }
  std::vector<double> cells(layout::cells_doubles);
  std::vector<double> record(layout::record_doubles);
  std::vector<double> depth(kInstruments * kStride);
  ReceiverOptions options;
  options.expectedOrders = 1;
  FeedReceiver receiver({cells.data(), record.data(), depth.data(), kLevels, kInstruments}, options,
                        std::move(source));
  if (!receiver.reserve()) std::abort();
  receiver.subscribe(0x0101010101010101, 0xff);
  receiver.subscribe(0x0202020202020202, layout::interest::trade);

  size_t given = 0;
  for (int polls = 0; polls < 100'000 && cells[layout::cell::sourceEnded] == 0; ++polls) {
    if (given < written) {
      given += std::min<size_t>(written - given, random.below(2) == 0 ? written : random.below(300));
      ring[layout::byte_ring::written] = static_cast<double>(given);
    } else {
      ring[layout::byte_ring::ended] = 1;
    }
    const int result = receiver.poll();
    CHECK(result >= layout::poll::idle && result <= layout::poll::progress &&
          result != layout::poll::deadline);
  }
  checkCells(cells, receiver);
  reached.messages += cells[layout::cell::messages];
  reached.events += cells[layout::cell::events];
  reached.malformed += cells[layout::cell::malformed];
  reached.gaps += cells[layout::cell::gaps];
  reached.liveOrders += cells[layout::cell::liveOrders];
  for (uint32_t handle = 0; handle < kInstruments; ++handle)
    checkDepth(depth.data() + handle * kStride, kLevels);
}

}  // namespace

int main(int count, char** arguments) {
  const long iterations = count > 1 ? std::strtol(arguments[1], nullptr, 10) : 300;
  Random random(count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1);
  for (long i = 0; i < iterations; ++i) {
    const auto kind = static_cast<Kind>(random.below(3));
    Bytes bytes;
    if (kind == Kind::binaryFile) bytes = blocks(random, 150);
    if (kind == Kind::pcap) bytes = pcapFile(random);
    if (kind == Kind::pcapng) bytes = pcapngFile(random);
    if (i % 16 != 0) mutate(random, bytes);
    run(random, bytes, kind);
  }
  std::printf("messages %.0f, events %.0f, malformed %.0f, gaps %.0f, orders alive at the end %.0f\n",
              reached.messages, reached.events, reached.malformed, reached.gaps, reached.liveOrders);
  return finish("fuzz");
}
