#include <cstdio>

#include "bench/transport/ends/probe_packet.h"
#include "bench/transport/ends/roles.h"
#include "core/host/clock.h"
#include "core/latency/latency_recorder.h"

namespace hotlap::bench {

namespace {

/// Asking whether to stop costs a load only, but what still comes after it must be taken.
constexpr int64_t drainNs = 50'000'000;

struct Received {
  uint64_t packets = 0;
  uint64_t measured = 0;
  uint64_t bytes = 0;
  /// Behind a packet with a higher number, or with the same.
  uint64_t outOfOrder = 0;
  uint64_t foreign = 0;
  uint64_t bursts = 0;
  int64_t firstNs = 0;
  int64_t lastNs = 0;
};

}  // namespace

int receive(PacketSource& source) {
  Histogram latency;
  LatencyRecorder host;
  Received received;
  uint64_t sequence = 0;
  int64_t burstNs = 0;
  int64_t quietSinceNs = 0;
  TransportFacts facts = source.transport();
  mark("ready\n");
  for (;;) {
    const int64_t nowNs = monotonicNs();
    Packet packet;
    const NextPacket next = source.next(nowNs, packet);
    if (next != NextPacket::packet) {
      if (next == NextPacket::skipped) continue;
      host.idle(nowNs);
      if (!stopRequested()) continue;
      if (quietSinceNs == 0) quietSinceNs = nowNs;
      if (nowNs - quietSinceNs > drainNs) break;
      continue;
    }
    host.busy();
    quietSinceNs = 0;
    ProbePacket probe;
    if (!readProbe(packet.data, packet.size, probe)) {
      ++received.foreign;
      continue;
    }
    const int64_t seenNs = monotonicNs();
    if (packet.burstNs != burstNs) {
      burstNs = packet.burstNs;
      ++received.bursts;
    }
    // While the other end is there: a device may tell whether it is.
    if (received.packets++ == 0) facts = source.transport();
    received.bytes += packet.size;
    if (probe.sequence <= sequence) ++received.outOfOrder;
    sequence = probe.sequence;
    if (probe.warmUp != 0) continue;
    if (received.measured++ == 0) received.firstNs = seenNs;
    received.lastNs = seenNs;
    latency.record(seenNs - probe.intendedNs);
  }
  mark("measured\n");

  source.refresh();
  const SourceCounters& counters = source.counters();
  const auto number = [](uint64_t value) { return static_cast<unsigned long long>(value); };
  printf("{\"packets\":%llu,\"measured\":%llu,\"bytes\":%llu,\"outOfOrder\":%llu,\"foreign\":%llu,",
         number(received.packets), number(received.measured), number(received.bytes),
         number(received.outOfOrder), number(received.foreign));
  printf("\"bursts\":%llu,\"elapsedNs\":%lld,\"receiveCalls\":%llu,\"drops\":%llu,\"refused\":%llu,",
         number(received.bursts), static_cast<long long>(received.lastNs - received.firstNs),
         number(counters.receiveCalls), number(counters.drops),
         number(counters.malformed + counters.fragments + counters.oversized + counters.badChecksums));
  printf("\"accelerated\":%s,\"zeroCopy\":%s,\"reason\":\"%s\",", facts.accelerated ? "true" : "false",
         facts.zeroCopy ? "true" : "false", facts.reason.c_str());
  printHistogram("wireToWire", latency);
  printf(",");
  printHistogram("stalls", host.histogram(layout::histogram::stall));
  const auto watchedNs = static_cast<double>(host.watchedNs());
  printf(",\"stallLostShare\":%.6f}\n",
         watchedNs > 0 ? static_cast<double>(host.stallTotalNs()) / watchedNs : 0);
  return 0;
}

}  // namespace hotlap::bench
