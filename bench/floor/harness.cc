#include "bench/floor/harness.h"

#include <cstdio>
#include <memory>
#include <vector>

#include "bench/floor/memory_feed.h"
#include "bench/floor/order_template.h"
#include "bench/floor/probe.h"
#include "bench/floor/symbol.h"
#include "core/feed/receiver.h"
#include "core/host/clock.h"
#include "core/ring/layout.h"

namespace hotlap::floor {

namespace cell = layout::cell;

namespace {

constexpr size_t orderBytes = 4096;

// Which figure of bench/results/instructions.json applies.
#if defined(__clang__)
constexpr char compiler[] = __VERSION__;
#else
constexpr char compiler[] = "g++ " __VERSION__;
#endif
#if defined(__x86_64__)
constexpr char architecture[] = "x86_64";
#elif defined(__aarch64__)
constexpr char architecture[] = "aarch64";
#else
constexpr char architecture[] = "other";
#endif

struct Played {
  uint64_t orders = 0;
  /// Of the orders' CheckSums: what the compiler may not leave out.
  uint64_t sum = 0;
};

}  // namespace

/// A function of its own by name: callgrind collects inside it only (--toggle-collect).
__attribute__((noinline)) void hotlapFloorPlay(FeedReceiver& feed, const double* cells, const double* record,
                                               Probe& probe, OrderTemplate& order, const char* bytes,
                                               Played& played) {
  TimestampText now;
  while (cells[cell::sourceEnded] == 0) {
    if (feed.poll() != layout::poll::event) continue;
    const ProbeOrder wanted = probe.onEvent(record);
    if (wanted.side == 0) continue;
    ++played.orders;
    now.set(static_cast<int64_t>(cells[cell::nowNs] / 1e6));
    order.patch(static_cast<uint32_t>(played.orders + 1), static_cast<uint32_t>(played.orders), wanted.side,
                wanted.price, now);
    played.sum += static_cast<uint8_t>(bytes[order.length() - 2]);
  }
}

int runHarness(const Options& options) {
  std::vector<double> cells(layout::cells_doubles);
  std::vector<double> record(layout::record_doubles);
  std::vector<double> depth(layout::depth::header + 2 * layout::depth::perLevel);
  std::vector<char> bytes(orderBytes);

  ReceiverOptions receiver;
  receiver.expectedOrders = options.expectedOrders;
  FeedReceiver feed({cells.data(), record.data(), depth.data(), 1, 1}, receiver,
                    std::make_unique<MemoryFeed>(MemoryFeedOptions{options.messages, options.symbols}));
  if (!feed.reserve()) {
    fprintf(stderr, "There is not enough memory for %u orders.\n", options.expectedOrders);
    return 1;
  }
  const std::string symbol = MemoryFeed::symbol(0);
  feed.subscribe(packSymbol(symbol), layout::interest::book);
  OrderTemplate order(bytes.data(), bytes.size(), {options.senderCompId, options.targetCompId},
                      options.clOrdIdPrefix, symbol, options.quantity);
  Probe probe(options.every);

  Played played;
  const int64_t startNs = monotonicNs();
  hotlapFloorPlay(feed, cells.data(), record.data(), probe, order, bytes.data(), played);
  const int64_t playedNs = monotonicNs() - startNs;
  printf("{\"compiler\":\"%s %s\",\"messages\":%.0f,\"events\":%.0f,\"orders\":%llu,", compiler, architecture,
         cells[cell::messages], cells[cell::events], static_cast<unsigned long long>(played.orders));
  printf("\"unknownOrders\":%.0f,\"liveOrders\":%.0f,\"checkSums\":%llu,\"nsPerMessage\":%.1f}\n",
         cells[cell::unknownOrders], cells[cell::liveOrders], static_cast<unsigned long long>(played.sum),
         static_cast<double>(playedNs) / cells[cell::messages]);
  return 0;
}

}  // namespace hotlap::floor
