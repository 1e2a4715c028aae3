#include <errno.h>
#include <time.h>

#include <cstdio>
#include <cstring>
#include <vector>

#include "bench/transport/ends/probe_packet.h"
#include "bench/transport/ends/roles.h"
#include "core/host/clock.h"
#include "core/host/host.h"

namespace hotlap::bench {

namespace {

constexpr int64_t lateNs = 20'000;
/// Packets that are due at once leave together, as a burst.
constexpr uint64_t mostUnflushed = 32;
/// A receiver that never makes room.
constexpr int64_t patienceNs = 2'000'000'000;
constexpr long lingerNs = 100'000'000;

class Sending {
 public:
  Sending(const Options& options, DatagramSender& sender)
      : sender_(sender),
        packets_(options.packetsPerSecond),
        warmUpNs_(static_cast<int64_t>(options.warmUpSeconds * 1e9)),
        endNs_(warmUpNs_ + static_cast<int64_t>(options.seconds * 1e9)),
        payload_(options.payloadBytes) {}

  int run();

 private:
  int64_t intendedNs(uint64_t index, int64_t nowNs) const {
    return packets_ == 0 ? nowNs
                         : startNs_ + static_cast<int64_t>(static_cast<double>(index) * 1e9 / packets_);
  }
  int offer(const ProbePacket& probe);

  DatagramSender& sender_;
  const double packets_;
  const int64_t warmUpNs_;
  const int64_t endNs_;
  std::vector<uint8_t> payload_;
  int64_t startNs_ = 0;
  uint64_t unflushed_ = 0;
};

/// @returns 0, or the errno for which nothing leaves any more
int Sending::offer(const ProbePacket& probe) {
  memcpy(payload_.data(), &probe, sizeof probe);
  int64_t sinceNs = 0;
  for (;;) {
    const int error = sender_.send(payload_.data(), payload_.size());
    if (error == 0) return 0;
    if (error != EAGAIN && error != ENOBUFS) return error;
    if (const int flushed = sender_.flush(); flushed != 0 && flushed != EAGAIN && flushed != ENOBUFS)
      return flushed;
    unflushed_ = 0;
    const int64_t nowNs = monotonicNs();
    if (sinceNs == 0) sinceNs = nowNs;
    if (nowNs - sinceNs > patienceNs) return error;
  }
}

int Sending::run() {
  Histogram lateness;
  uint64_t index = 0;
  uint64_t measured = 0;
  uint64_t late = 0;
  SenderCounters before;
  int error = 0;
  mark("ready\n");
  startNs_ = monotonicNs();
  int64_t firstNs = 0;
  int64_t lastNs = 0;
  while (error == 0 && !stopRequested()) {
    int64_t nowNs = monotonicNs();
    const int64_t dueNs = intendedNs(index, nowNs);
    if (dueNs - startNs_ >= endNs_) break;
    if (nowNs < dueNs) {
      if (unflushed_ != 0) {
        unflushed_ = 0;
        error = sender_.flush();
      }
      pauseCpu();
      continue;
    }
    const bool warmUp = dueNs - startNs_ < warmUpNs_;
    if (!warmUp && measured == 0) {
      before = sender_.counters();
      firstNs = nowNs;
    }
    ++index;
    error = offer({ProbePacket::magicValue, warmUp ? 1u : 0u, index, dueNs});
    if (error == 0 && ++unflushed_ >= mostUnflushed) {
      unflushed_ = 0;
      error = sender_.flush();
    }
    // A device that is full for a moment takes the frame with the next flush.
    if (error == EAGAIN || error == ENOBUFS) error = 0;
    if (warmUp) continue;
    ++measured;
    nowNs = lastNs = monotonicNs();
    lateness.record(nowNs - dueNs);
    if (nowNs - dueNs > lateNs) ++late;
  }
  if (error == 0) sender_.flush();
  mark("measured\n");
  // A memif's ring goes with its sender, and what the receiver has not had time to take.
  const timespec rest = {0, lingerNs};
  nanosleep(&rest, nullptr);
  if (error != 0) {
    fprintf(stderr, "Sending stopped: %s.\n", strerror(error));
    return 1;
  }
  const SenderCounters& after = sender_.counters();
  const auto number = [](uint64_t value) { return static_cast<unsigned long long>(value); };
  printf("{\"packets\":%llu,\"measured\":%llu,\"elapsedNs\":%lld,\"latePackets\":%llu,", number(index),
         number(measured), static_cast<long long>(lastNs - firstNs), number(late));
  printf("\"dropped\":%llu,", number(after.dropped - before.dropped));
  printf("\"full\":%llu,\"sendCalls\":%llu,\"allSendCalls\":%llu,", number(after.full - before.full),
         number(after.calls - before.calls), number(after.calls));
  printHistogram("lateness", lateness);
  printf("}\n");
  return 0;
}

}  // namespace

int send(const Options& options, DatagramSender& sender) { return Sending(options, sender).run(); }

}  // namespace hotlap::bench
