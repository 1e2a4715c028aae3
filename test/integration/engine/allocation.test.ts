import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { bundleStrategy } from '../../../app/strategy-loader/index.ts';
import * as api from '../../../engine/index.ts';
import type { AllocationResult, AllocationTask } from '../../support/engine/allocation-worker.ts';

/** One heap number in ten events would be a byte an event: the compiler's own ten thousand bytes vanish in them. */
const EVENTS = 400_000;

const measure = async (
  strategy: string,
  count: number,
  values: Record<string, number | string>,
  events = EVENTS,
): Promise<AllocationResult> => {
  const { name, file, text, library, map } = await bundleStrategy(strategy);
  const task: AllocationTask = {
    bundles: Array.from({ length: count }, () => ({ name, file, text, library, map, values })),
    warmUp: 300_000,
    events,
  };
  const worker = new Worker(new URL('../../support/engine/allocation-worker.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
};

describe('the loop allocates nothing, on fractional values', () => {
  // Thresholds that are never reached: the pipelines run, no order leaves.
  const quiet = { enter: 1, leave: 0 };

  it.each([
    ['imbalance-taker', 1, quiet, 0],
    ['imbalance-taker', 10, quiet, 0],
    // One order in ten events: results, rows, reports and positions too.
    ['latency-probe', 1, { every: 10 }, EVENTS / 10],
    ['latency-probe', 10, { every: 10 }, EVENTS],
  ])('%s, %i of them, %j', async (strategy, count, values, orders) => {
    const result = await measure(strategy, count, values);
    expect(result.faults).toEqual([]);
    expect(result.orders).toBe(orders);
    expect(result.collections).toBe(0);
    expect(result.bytesPerEvent).toBeLessThan(0.5);
  });
});

describe('no operator allocates, on fractional values', () => {
  const EVERY = fileURLToPath(new URL('../../support/engine/every-operator.ts', import.meta.url));

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
