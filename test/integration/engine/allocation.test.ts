import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { LoopResult } from '../../../bench/strategy/loop-worker.ts';
import { runLoop } from '../../../bench/strategy/run-loop.ts';
import * as api from '../../../engine/index.ts';

/** One heap number in ten events would be a byte an event: the compiler's own ten thousand bytes vanish in them. */
const EVENTS = 400_000;

const measure = (
  strategy: string,
  count: number,
  params: Readonly<Record<string, number | string>>,
  events = EVENTS,
): Promise<LoopResult> => runLoop({ strategy, count, params, warmUp: 300_000, events, batches: 0, cpu: -1 });

describe('the loop allocates nothing, on fractional values', () => {
  // Thresholds that are never reached: the pipelines run, no order leaves.
  const quiet = { enter: 1, leave: 0 };

  it.each([
    ['imbalance-taker', 1, quiet, 0],
    ['imbalance-taker', 10, quiet, 0],
    // One order in ten events: results, rows, reports and positions too.
    ['latency-probe', 1, { every: 10 }, EVENTS / 10],
    ['latency-probe', 10, { every: 10 }, EVENTS],
    ['imbalance-taker-handlers', 1, quiet, 0],
    ['imbalance-taker-handlers', 10, quiet, 0],
  ])('%s, %i of them, %j', async (strategy, count, values, orders) => {
    const result = await measure(strategy, count, values);
    expect(result.faults).toEqual([]);
    expect(result.orders).toBe(orders);
    expect(result.collections).toBe(0);
    expect(result.bytesPerEvent).toBeLessThan(0.5);
  });
});

describe('a sample that decides by a timer allocates nothing at an event', () => {
  // What it does some times a second V8 compiles late, and some of it never: no timer fires here.
  const HOUR_MS = 3_600_000;
  it.each([
    ['market-maker', 1, { everyMs: HOUR_MS }],
    ['market-maker', 10, { everyMs: HOUR_MS }],
    ['pairs', 1, { everyMs: HOUR_MS }],
    ['pairs', 10, { everyMs: HOUR_MS }],
    ['momentum-breakout', 1, { barMs: HOUR_MS }],
    ['momentum-breakout', 10, { barMs: HOUR_MS }],
    // The feed that costs nothing begins at 09:30 UTC.
    ['twap', 1, { start: '04:30:01', everyMs: HOUR_MS }],
    ['twap', 10, { start: '04:30:01', everyMs: HOUR_MS }],
  ])('%s, %i of them', async (strategy, count, params) => {
    const { faults, collections, bytesPerEvent } = await measure(strategy, count, params);
    expect({ faults, collections }).toEqual({ faults: [], collections: 0 });
    expect(bytesPerEvent).toBeLessThan(0.5);
  });
});

describe('no operator allocates, on fractional values', () => {
  const EVERY = fileURLToPath(new URL('../../../bench/strategy/every-operator.ts', import.meta.url));

  it.each([1, 10])('all of them at once, %i strategies', async (count) => {
    const result = await measure(EVERY, count, {}, 100_000);
    expect(result.faults).toEqual([]);
    expect(result.collections).toBe(0);
    expect(result.bytesPerEvent).toBeLessThan(0.5);
  });

  it('is said of every operator that a strategy can import', () => {
    const text = readFileSync(EVERY, 'utf8');
    const operators = Object.entries(api).flatMap(([name, value]) =>
      typeof value === 'function' && /^[a-z]/.test(name) && !['defineStrategy', 'snapshot'].includes(name)
        ? [name]
        : [],
    );
    expect(operators.length).toBeGreaterThan(18);
    for (const name of operators) expect(text, name).toContain(`      ${name}: `);
  });
});
