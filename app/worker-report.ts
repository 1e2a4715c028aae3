import { CELL, HISTOGRAM, type LatencyRecorder } from '../native/index.ts';
import { latencySummary } from '../report/latency-summary.ts';
import { type LatencySummary, STAGES } from '../report/run-result.ts';
import type { Memory } from './measure-memory.ts';
import type { OpenEngine } from './open-engine.ts';
import type { WorkerReport } from './worker-messages.ts';

/** Everything that only the hot thread can read, once the loop has ended. */
export function workerReport(
  { engine, feed, cells, latency, receiveTransport, sendTransport, systemCalls, tapeCutAt }: OpenEngine,
  memory: Memory,
  loopNs: number,
): WorkerReport {
  const stats = engine.stats();
  const measured = stats.events - memory.fromEvent;
  const { p99, max, count } = summary(latency, HISTOGRAM.stall);
  return {
    stats,
    feed: feed.summary(),
    drops: cells[CELL.drops],
    tapeCutAt: tapeCutAt(),
    receive: receiveTransport(),
    send: sendTransport(),
    latency: {
      tickToOrder: summary(latency, HISTOGRAM.tickToOrder),
      wireToWire: null,
      timerToOrder: unlessEmpty(summary(latency, HISTOGRAM.timerToOrder)),
      reportToOrder: unlessEmpty(summary(latency, HISTOGRAM.reportToOrder)),
      stages: Object.fromEntries(STAGES.map((stage) => [stage, summary(latency, HISTOGRAM[stage])])),
      clockCostNs: latency.clockCostNs,
    },
    tickToOrderBuckets: latency.buckets(HISTOGRAM.tickToOrder),
    tickToOrderSumNs: latency.mean(HISTOGRAM.tickToOrder) * latency.count(HISTOGRAM.tickToOrder) || 0,
    systemCalls: systemCalls(),
    stalls: {
      count,
      lostShare: latency.watchedNs() > 0 ? latency.stallTotalNs() / latency.watchedNs() : 0,
      p99,
      max,
    },
    memory: {
      bytesPerEvent: measured > 0 ? Math.max(0, memory.bytes) / measured : null,
      collections: memory.collections,
    },
    loopNs,
  };
}

const summary = (latency: LatencyRecorder, histogram: number): LatencySummary =>
  latencySummary({
    count: latency.count(histogram),
    max: latency.max(histogram),
    percentile: (percentile) => latency.percentile(histogram, percentile),
  });

const unlessEmpty = (summary: LatencySummary): LatencySummary | null => (summary.count === 0 ? null : summary);
