import { expect, it } from 'vitest';
import { defineStrategy } from '../../../engine/index.ts';
import { createLogRing, LogReader } from '../../../engine/loop/log-ring.ts';
import { CELL } from '../../../native/layout.ts';
import { quote } from '../../support/engine/fake-feed.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

const TICK = quote('AAPL', 100, 5, 200, 6);

it('calls over their budget are counted by strategy, with the longest and where it was; the first is told', () => {
  let us = 0;
  let begun = 0;
  const callBegin = (): number => {
    us = 0;
    begun += 1;
    return 0;
  };
  const latency = { stamp: () => 0, callBegin, callEnd: () => us };
  const slow = defineStrategy({
    name: 'slow',
    setup(ctx) {
      us = 900;
      ctx.instrument('AAPL');
      ctx.after(2, 'late');
    },
    onBook: (book) => {
      us = book.bidSize(0);
    },
    onTimer: () => {
      us = 5_000;
    },
  });
  const quick = defineStrategy({
    name: 'quick',
    setup: (ctx) => void ctx.instrument('AAPL'),
    onBook: () => {
      us = 100;
    },
  });
  const log = createLogRing();
  const { engine, feed, settle } = testEngine([slow, quick], {
    latency: latency as never,
    handlerBudgetUs: 100,
    shared: { log },
  });
  for (const size of [100, 101, 700, 300]) feed.push({ ...TICK, ...quote('AAPL', 100, size, 200, 6) });
  settle();
  feed.cells[CELL.nowNs] = 5e6;
  settle();
  expect(engine.stats().strategies.map((each) => each.slow)).toEqual([
    { count: 4, longestUs: 5_000, phase: 'timer' },
    null,
  ]);
  // One begin a call: two setups, two starts, four events each, a timer.
  expect(begun).toBe(2 + 2 + 8 + 1);
  const lines: string[] = [];
  new LogReader(log).drain(({ strategy, text }) => lines.push(`${strategy} ${text}`));
  expect(lines).toEqual([
    '0 Strategy s0 took 101 µs for one call (event), over its budget of 100 µs; further ones are counted.',
  ]);
});

it('without a budget nothing is clocked', () => {
  let begun = 0;
  const latency = { stamp: () => 0, callBegin: () => ++begun, callEnd: () => 1e6 };
  const definition = defineStrategy({ name: 'any', setup: (ctx) => void ctx.instrument('AAPL'), onBook() {} });
  const { engine, feed, settle } = testEngine([definition], { latency: latency as never });
  feed.push(TICK);
  settle();
  expect([begun, engine.stats().strategies[0]?.slow]).toEqual([0, null]);
});
