#include "bench/floor/live.h"

#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/floor/fix_client.h"
#include "bench/floor/probe.h"
#include "bench/floor/result.h"
#include "bench/floor/symbol.h"
#include "bench/floor/transports.h"
#include "core/feed/receiver.h"
#include "core/host/clock.h"
#include "core/host/host.h"
#include "core/latency/latency_recorder.h"
#include "core/ring/layout.h"

namespace hotlap::floor {

namespace cell = layout::cell;

namespace {

/// Orders whose cause is remembered; with more, the run ends.
constexpr size_t maxOrders = size_t{1} << 21;
/// As in the engine's loop: a recv for each event would sit inside tick-to-order.
constexpr uint32_t eventsPerFixPoll = 64;
/// Reports of the last orders still come after the feed has ended.
constexpr int64_t drainMs = 200;

volatile std::sig_atomic_t stopRequested = 0;
void requestStop(int) { stopRequested = 1; }

class Floor {
 public:
  explicit Floor(const Options& options)
      : options_(options),
        cells_(layout::cells_doubles),
        record_(layout::record_doubles),
        depth_(layout::depth::header + 2 * layout::depth::perLevel),
        latency_(std::make_shared<LatencyRecorder>()),
        probe_(options.every) {
    // Written once, so that no page is touched for the first time in the loop.
    causes_.assign(maxOrders, 0);
    causes_.clear();
  }

  Failure open();
  /// @returns why it ended out of order; empty otherwise
  const std::string& run();
  Result result() const;

 private:
  int64_t epochMs() const { return static_cast<int64_t>(cells_[cell::nowNs] / 1e6); }
  void onEvent();

  const Options& options_;
  std::vector<double> cells_;
  std::vector<double> record_;
  std::vector<double> depth_;
  std::shared_ptr<LatencyRecorder> latency_;
  std::unique_ptr<FeedReceiver> feed_;
  FixClient fix_;
  Probe probe_;
  /// Sequence number of the message that caused the order with this ordinal - 1.
  std::vector<uint64_t> causes_;
};

Failure Floor::open() {
  if (options_.cpu >= 0) {
    if (Failure failure = setAffinity({options_.cpu})) return failure;
  }
  std::unique_ptr<PacketSource> source;
  if (Failure failure = openFeed(options_, source)) return failure;

  ReceiverOptions receiver;
  receiver.recorded = false;
  receiver.expectedOrders = options_.expectedOrders;
  // Engine time of the floor is the wall clock: nothing here asks for the feed's midnight.
  receiver.monotonicOffsetNs = static_cast<double>(realtimeNs() - monotonicNs());
  receiver.latency = latency_;
  feed_ = std::make_unique<FeedReceiver>(ReceiverMemory{cells_.data(), record_.data(), depth_.data(), 1, 1},
                                         receiver, std::move(source));
  if (!feed_->reserve()) return {"ENOMEM", "There is not enough memory for the books."};
  feed_->subscribe(packSymbol(options_.symbol), layout::interest::book);

  FixOptions fix;
  fix.host = options_.fixHost;
  fix.port = options_.fixPort;
  fix.stack = stackOf(options_);
  fix.names = {options_.senderCompId, options_.targetCompId};
  fix.clOrdIdPrefix = options_.clOrdIdPrefix;
  fix.symbol = options_.symbol;
  fix.quantity = options_.quantity;
  return fix_.open(fix, latency_);
}

void Floor::onEvent() {
  const ProbeOrder order = probe_.onEvent(record_.data());
  if (order.side == 0 || fix_.state() != FixClient::State::active || causes_.size() == maxOrders) return;
  const auto ordinal = static_cast<uint32_t>(causes_.size() + 1);
  if (!fix_.order(ordinal, order.side, order.price, epochMs())) return;
  causes_.push_back(static_cast<uint64_t>(record_[layout::tick::sequence]));
}

const std::string& Floor::run() {
  const double startNs = cells_[cell::nowNs];
  const double endNs = options_.seconds > 0 ? startNs + options_.seconds * 1e9 : 1e300;
  uint32_t sinceFix = 0;
  while (fix_.state() != FixClient::State::ended) {
    const int polled = feed_->poll();
    if (polled == layout::poll::event) {
      onEvent();
      if (++sinceFix < eventsPerFixPoll) continue;
    }
    sinceFix = 0;
    fix_.poll(epochMs());
    if (polled != layout::poll::idle) continue;
    if (cells_[cell::sessionEnded] != 0 || cells_[cell::nowNs] >= endNs || stopRequested != 0) break;
  }
  const int64_t drainedMs = epochMs() + drainMs;
  while (fix_.state() == FixClient::State::active && epochMs() < drainedMs) {
    feed_->poll();
    fix_.poll(epochMs());
  }
  fix_.logout(epochMs());
  while (fix_.state() != FixClient::State::ended) {
    feed_->poll();
    fix_.poll(epochMs());
  }
  return fix_.trouble();
}

Result Floor::result() const {
  return {cells_.data(), causes_, fix_.reports(), *latency_, fix_.receiveCalls(), fix_.sendCalls()};
}

}  // namespace

int runLive(const Options& options) {
  std::signal(SIGINT, requestStop);
  std::signal(SIGTERM, requestStop);
  Floor floor(options);
  if (const Failure failure = floor.open()) {
    fprintf(stderr, "%s\n", failure.sentence.c_str());
    return 1;
  }
  const std::string trouble = floor.run();
  if (!trouble.empty()) {
    fprintf(stderr, "The floor stopped: %s.\n", trouble.c_str());
    return 1;
  }
  printResult(floor.result());
  return 0;
}

}  // namespace hotlap::floor
