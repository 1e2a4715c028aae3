import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoOptions, Idle } from '../app/options.ts';
import { openOrderJournal } from '../app/order-journal.ts';
import { type Traded, tradeWithSimulator } from '../app/trade-with-simulator.ts';
import { HotlapError } from '../engine/domain/errors.ts';
import type { EngineSubject, TransportFact } from './bench-result.ts';
import { demoOptions } from './demo-options.ts';
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
    pair: plan.pair,
    fact: { ...plan.pair, receive: said(report.receive), send: said(report.send) },
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

const said = ({ backend, accelerated, reason }: TransportFact['send']): TransportFact['send'] => ({
  backend,
  accelerated,
  reason,
});

function traded(plan: LegPlan, idle: Idle, subject: EngineSubject): Promise<Traded> {
  return subject === 'bare' ? tradeWithSimulator(demoOptions(plan, idle, true)) : journalled(demoOptions(plan, idle));
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
