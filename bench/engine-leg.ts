import { DEFAULT_LOOP, DEFAULT_SIMULATION, DEFAULT_WARM_UP_MESSAGES, WIDE_LIMITS } from '../app/config/index.ts';
import type { DemoOptions, Idle } from '../app/options.ts';
import { tradeWithSimulator } from '../app/trade-with-simulator.ts';
import { HotlapError } from '../engine/domain/errors.ts';
import { BENCH_FEED } from './bench-feed.ts';
import type { Leg, LegPlan } from './leg.ts';

/** The engine as `hotlap demo` runs it, with the latency probe. */
export async function engineLeg(plan: LegPlan, idle: Idle): Promise<Leg> {
  const options: DemoOptions = {
    strategies: [
      {
        source: 'latency-probe',
        folder: process.cwd(),
        params: { symbol: plan.symbol, every: plan.every, quantity: plan.quantity },
      },
    ],
    // A probe that is refused measures nothing: the limits are above what it sends, the checks run all the same.
    risk: WIDE_LIMITS,
    // No stage is sampled: the floor does not either.
    loop: { ...DEFAULT_LOOP, idle, sampleEvery: 0 },
    seconds: null,
    out: null,
    date: null,
    warmUpMessages: DEFAULT_WARM_UP_MESSAGES,
    recording: plan.recording,
    pace: { mode: 'rate', messagesPerSecond: plan.rate },
    messagesPerPacket: plan.messagesPerPacket,
    simulation: { ...DEFAULT_SIMULATION, orderDelayNs: 0, reportDelayNs: 0 },
    feed: BENCH_FEED,
  };
  const { outcome, wireToWire, market, failure } = await tradeWithSimulator(options);
  if (failure !== undefined || wireToWire === null || market === null) {
    throw new HotlapError('ERR_BENCH_LEG', failure ?? 'The simulator gave no account of the run.');
  }
  const { report } = outcome;
  const { orders } = report.stats;
  return {
    subject: 'engine',
    sent: market.playback.messages,
    received: report.feed.messages,
    lost: market.playback.messages - report.feed.messages,
    events: report.stats.events,
    orders: orders.sent,
    tickToOrder: {
      buckets: report.tickToOrderBuckets,
      sum: report.tickToOrderSumNs,
      max: report.latency.tickToOrder.max ?? 0,
    },
    wireToWire,
    systemCalls: report.systemCalls,
    bytesPerEvent: report.memory.bytesPerEvent ?? 0,
    collections: report.memory.collections ?? 0,
    stalls: report.stalls,
    packets: market.playback.packets,
    latePackets: market.playback.latePackets,
  };
}
