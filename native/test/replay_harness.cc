// Runs one recording, already in memory, through the whole native path: reader, sequence, decode, books,
// record. Prints what it cost. The guard counts its instructions; people read its nanoseconds.
//
//   replay_harness FILE pcap|binaryfile EXPECTED_ORDERS [SYMBOL…]
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "core/feed/receiver.h"
#include "core/host/clock.h"
#include "core/recording/binaryfile_source.h"
#include "core/recording/capture_source.h"
#include "core/ring/layout.h"

namespace {

using namespace hotlap;

/** The file as a ring that its writer has filled and ended. */
std::vector<double> ringOf(const char* path) {
  FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return {};
  std::fseek(file, 0, SEEK_END);
  const auto size = static_cast<size_t>(std::ftell(file));
  std::rewind(file);
  const size_t capacity = std::max(size, ByteRingReader::kMinCapacity);
  std::vector<double> ring((layout::byte_ring::headerBytes + capacity + 7) / 8);
  auto* bytes = reinterpret_cast<uint8_t*>(ring.data()) + layout::byte_ring::headerBytes;
  const bool whole = std::fread(bytes, 1, size, file) == size;
  std::fclose(file);
  if (!whole) return {};
  ring[layout::byte_ring::written] = static_cast<double>(size);
  ring[layout::byte_ring::ended] = 1;
  return ring;
}

/** Time this thread has had a processor: other work on the machine does not count. */
double threadNs() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(hotlap::toNs(time));
}

uint64_t packSymbol(const char* symbol) {
  const size_t length = std::strlen(symbol);
  uint64_t packed = 0;
  for (size_t i = 0; i < 8; ++i) packed = packed << 8 | (i < length ? static_cast<uint8_t>(symbol[i]) : ' ');
  return packed;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) {
    std::fprintf(stderr, "usage: replay_harness FILE pcap|binaryfile EXPECTED_ORDERS [SYMBOL...]\n");
    return 2;
  }
  std::vector<double> ring = ringOf(arguments[1]);
  if (ring.empty()) {
    std::fprintf(stderr, "%s cannot be read\n", arguments[1]);
    return 1;
  }
  auto* memory = reinterpret_cast<uint8_t*>(ring.data());
  const size_t size = ring.size() * sizeof(double);
  std::unique_ptr<PacketSource> source;
  if (std::strcmp(arguments[2], "pcap") == 0) {
    source = std::make_unique<CaptureSource>(CaptureFormat::pcap, memory, size, 0, 0);
  } else {
    source = std::make_unique<BinaryFileSource>(memory, size);
  }

  constexpr uint32_t kLevels = 10;
  constexpr uint32_t kInstruments = 64;
  std::vector<double> cells(layout::cells_doubles);
  std::vector<double> record(layout::record_doubles);
  std::vector<double> depth(kInstruments * (layout::depth::header + 2 * kLevels * layout::depth::perLevel));
  ReceiverOptions options;
  options.expectedOrders = std::strtoul(arguments[3], nullptr, 10);
  FeedReceiver receiver({cells.data(), record.data(), depth.data(), kLevels, kInstruments}, options,
                        std::move(source));
  if (!receiver.reserve()) return 1;
  constexpr uint8_t kEverything = layout::interest::book | layout::interest::trade | layout::interest::status;
  for (int i = 4; i < count; ++i) receiver.subscribe(packSymbol(arguments[i]), kEverything);

  const double begin = threadNs();
  uint64_t polls = 0;
  while (cells[layout::cell::sourceEnded] == 0) {
    receiver.poll();
    ++polls;
  }
  const double elapsed = threadNs() - begin;
  const double messages = cells[layout::cell::messages];
  std::printf("messages %.0f events %.0f polls %llu live %.0f maxLive %zu ns/message %.1f messages/s %.0f\n",
              messages, cells[layout::cell::events], static_cast<unsigned long long>(polls),
              cells[layout::cell::liveOrders], receiver.books().maxLiveOrders(), elapsed / messages,
              messages / elapsed * 1e9);
  return 0;
}
