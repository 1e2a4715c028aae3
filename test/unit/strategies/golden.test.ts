/** Each sample's orders on the bundled recording, held against those that are kept in test/golden. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { shippedStrategies } from '../../../app/strategy-loader/index.ts';
import { demoRecording, goldenOrders, type TestOptions, testStrategy } from '../../../app/testing/index.ts';

const golden = (name: string): URL => new URL(`../../golden/${name}.orders`, import.meta.url);

/** Two seconds of it are hundreds of orders of those that trade all the time. */
const SHORT: TestOptions = { toNs: 34_202e9 };
const SAMPLES: Record<string, TestOptions> = {
  'imbalance-taker': SHORT,
  'imbalance-taker-handlers': SHORT,
  'latency-probe': SHORT,
  'market-maker': {},
  'momentum-breakout': {},
  pairs: {},
  twap: {},
};

it('every sample has one', () => {
  expect(Object.keys(SAMPLES)).toEqual(shippedStrategies());
});

it.each(Object.entries(SAMPLES))('%s sends what it has always sent', async (name, options) => {
  const run = await testStrategy(name, demoRecording, options);
  goldenOrders(run, golden(name));
  const [bought, sold] = ['buy', 'sell'].map((side) => run.fills.filter((fill) => fill.side === side).length);
  expect(bought).toBeGreaterThan(0);
  // One that works an order into a position has nothing to close.
  if (name !== 'twap') expect(sold).toBeGreaterThan(0);
});

it('imbalance-taker sends the same orders in both forms', () => {
  const [streams, handlers] = ['imbalance-taker', 'imbalance-taker-handlers'].map((name) =>
    readFileSync(golden(name), 'utf8').replaceAll(`${name} `, ''),
  );
  expect(handlers).toBe(streams);
});
