import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DEFAULT_LOOP,
  DEFAULT_SIMULATION,
  DEFAULT_WARM_UP_MESSAGES,
  NO_LIMITS,
  WIDE_LIMITS,
} from '../app/config/index.ts';
import type { DemoOptions, Idle } from '../app/options.ts';
import { openOrderJournal } from '../app/order-journal.ts';
import { type Traded, tradeWithSimulator } from '../app/trade-with-simulator.ts';
import { HotlapError } from '../engine/domain/errors.ts';
import { BENCH_FEED } from './bench-feed.ts';
import type { EngineSubject } from './bench-result.ts';
import type { Leg, LegPlan } from './leg.ts';

/** The latency probe in the engine as `hotlap demo` runs it; `bare` without limits and without a journal. */
export async function engineLeg(plan: LegPlan, idle: Idle, subject: EngineSubject): Promise<Leg> {
  const { outcome, wireToWire, market, failure } = await traded(plan, idle, subject);
  if (failure !== undefined || wireToWire === null || market === null) {
    throw new HotlapError('ERR_BENCH_LEG', failure ?? 'The simulator gave no account of the run.');
  }
  const { report } = outcome;
  const { orders } = report.stats;
  return {
    subject,
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

function traded(plan: LegPlan, idle: Idle, subject: EngineSubject): Promise<Traded> {
  // A probe that is refused measures nothing: the limits are above what it sends, the checks run all the same.
  if (subject === 'bare') return tradeWithSimulator(demoOptions(plan, idle, NO_LIMITS));
  return journalled(demoOptions(plan, idle, WIDE_LIMITS));
}

async function journalled(options: DemoOptions): Promise<Traded> {
  const folder = mkdtempSync(join(tmpdir(), 'hotlap-bench-'));
  const journal = openOrderJournal(folder);
  try {
    return await tradeWithSimulator(options, journal);
  } finally {
    journal.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const demoOptions = (plan: LegPlan, idle: Idle, risk: DemoOptions['risk']): DemoOptions => ({
  strategies: [
    {
      source: 'latency-probe',
      folder: process.cwd(),
      params: { symbol: plan.symbol, every: plan.every, quantity: plan.quantity },
    },
  ],
  risk,
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
});
