/** `hotlap bench tick-to-order`: engine and its counterpart in turn, at each rate, against the same simulator, on the same core. */
import { availableParallelism, cpus, release } from 'node:os';
import { launchState } from '../app/launch-state.ts';
import type { BenchOptions } from '../app/options.ts';
import { BENCH_SEED, BENCH_SYMBOL, BENCH_SYMBOLS, benchFeed } from './bench-feed.ts';
import type { BenchResult } from './bench-result.ts';
import { engineLeg } from './engine-leg.ts';
import { floorLeg } from './floor-leg.ts';
import type { Leg, LegPlan } from './leg.ts';
import { comparisonOf, rowsOf } from './rows.ts';

/**
 * Messages of the feed per order: about 1,000 orders a second at 100,000 messages a second, with a sixth of the
 * messages in the symbol. At higher rates the orders stay as many, so that sends do not crowd out the feed.
 */
const ORDERS_PER_SECOND = 1_000;
const SHARE_OF_SYMBOL = 1 / 6;
const QUANTITY = 1;

export async function benchTickToOrder(options: BenchOptions): Promise<BenchResult> {
  const rows: BenchResult['rows'] = [];
  const comparisons: BenchResult['comparisons'] = [];
  const total = options.rates.length * options.rounds * 2;
  let done = 0;
  const progress = (step: string): void => options.onProgress?.({ step, done, total, unit: 'legs' });
  for (const rate of options.rates) {
    const plan: LegPlan = {
      rate,
      messagesPerPacket: options.messagesPerPacket,
      recording: options.recording ?? (await benchFeed(Math.round(rate * options.seconds), options.onProgress)),
      symbol: BENCH_SYMBOL,
      every: Math.max(1, Math.round((rate * SHARE_OF_SYMBOL) / ORDERS_PER_SECOND)),
      quantity: QUANTITY,
    };
    const legs: Leg[] = [];
    for (let round = 0; round < options.rounds; round++) {
      progress(`engine at ${rate}/s`);
      legs.push(await engineLeg(plan, options.idle, 'engine'));
      done++;
      progress(`${options.against} at ${rate}/s`);
      legs.push(options.against === 'floor' ? await floorLeg(plan) : await engineLeg(plan, options.idle, 'bare'));
      done++;
    }
    rows.push(...rowsOf(plan, legs));
    comparisons.push(comparisonOf(rate, legs, options.against));
  }
  const generated = options.recording === null;
  return {
    rows,
    comparisons,
    recording: {
      file: options.recording,
      symbols: generated ? BENCH_SYMBOLS : null,
      symbol: BENCH_SYMBOL,
      seed: generated ? BENCH_SEED : null,
    },
    host: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cpus: launchState().cpus.length || availableParallelism(),
      kernel: release(),
      node: process.version,
      flags: process.execArgv,
      hotCore: launchState().hotCore,
      idle: options.idle,
    },
    lossless: rows.every((row) => row.lost === 0),
  };
}
