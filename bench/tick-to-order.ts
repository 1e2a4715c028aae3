/** `hotlap bench tick-to-order`: engine and its counterpart in turn, at each rate, against the same simulator, on the same core. */
import { availableParallelism, cpus, release } from 'node:os';
import { launchState } from '../app/launch-state.ts';
import type { BenchOptions, TransportPair } from '../app/options.ts';
import { HotlapError } from '../engine/domain/errors.ts';
import { BENCH_SEED, BENCH_SYMBOL, BENCH_SYMBOLS, benchFeed } from './bench-feed.ts';
import type { BenchResult, TransportFact } from './bench-result.ts';
import { engineLeg } from './engine-leg.ts';
import { floorLeg } from './floor-leg.ts';
import type { Leg, LegPlan } from './leg.ts';
import { pairName, whyNot } from './pairs.ts';
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
  const facts = new Map<string, TransportFact>();
  const { pairs, unavailable } = whatCanBeHad(options);
  const total = options.rates.length * options.rounds * pairs.length * 2;
  let done = 0;
  const progress = (step: string): void => options.onProgress?.({ step, done: done++, total, unit: 'legs' });
  for (const rate of options.rates) {
    const recording = options.recording ?? (await benchFeed(Math.round(rate * options.seconds), options.onProgress));
    const plans = pairs.map((pair) => planOf(options, { pair, rate, recording }));
    const legs: Leg[] = [];
    for (let round = 0; round < options.rounds; round++) {
      for (const plan of plans) {
        const at = `${pairName(plan.pair)} at ${rate}/s`;
        progress(`engine, ${at}`);
        const leg = await engineLeg(plan, options.idle, 'engine');
        if (leg.fact !== undefined) facts.set(pairName(plan.pair), leg.fact);
        progress(`${options.against}, ${at}`);
        legs.push(
          leg,
          options.against === 'floor' ? await floorLeg(plan) : await engineLeg(plan, options.idle, 'bare'),
        );
      }
    }
    for (const plan of plans) {
      const own = legs.filter(({ pair }) => pair === plan.pair);
      rows.push(...rowsOf(plan, own));
      comparisons.push(comparisonOf(plan, own, options.against));
    }
  }
  const generated = options.recording === null;
  return {
    rows,
    comparisons,
    facts: [...facts.values()],
    unavailable,
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

const planOf = (
  { messagesPerPacket }: BenchOptions,
  { pair, rate, recording }: Pick<LegPlan, 'pair' | 'rate' | 'recording'>,
): LegPlan => ({
  pair,
  rate,
  messagesPerPacket,
  recording,
  symbol: BENCH_SYMBOL,
  every: Math.max(1, Math.round((rate * SHARE_OF_SYMBOL) / ORDERS_PER_SECOND)),
  quantity: QUANTITY,
});

/** Of the pairs asked for. Throws a HotlapError where there is none. */
function whatCanBeHad(options: BenchOptions): { pairs: TransportPair[]; unavailable: BenchResult['unavailable'] } {
  const pairs: TransportPair[] = [];
  const unavailable: BenchResult['unavailable'] = [];
  for (const pair of options.pairs) {
    const reason = whyNot(planOf(options, { pair, rate: options.rates[0] as number, recording: '' }));
    if (reason === undefined) pairs.push(pair);
    else unavailable.push({ ...pair, reason });
  }
  if (pairs.length > 0) return { pairs, unavailable };
  const [first] = unavailable as [BenchResult['unavailable'][number]];
  throw new HotlapError(
    'ERR_BENCH_LEG',
    `Nothing can be measured: ${pairName(first as TransportPair)}: ${first.reason}`,
  );
}
