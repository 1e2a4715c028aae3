/** What a strategy does wrong ends that strategy, is told in one sentence with file and line, and leaves no order behind. */
import { describe, expect, test } from 'vitest';
import { ORDER_EVENT } from '../../engine/domain/order-state.ts';
import { ORDER_LOG_KIND } from '../../engine/orders/order-log.ts';
import { orderRows } from '../support/system/order-rows.ts';
import { runToEnd, sentence } from '../support/system/running.ts';
import { openWorkshop, RESTING } from '../support/system/workshop.ts';

const shop = openWorkshop();
const noStack = /^\s+at /m;
/** Long enough for every fault below to happen, on any machine; short beside the whole recording. */
const recording = shop.path('short.itch');
const generated = runToEnd(['generate', recording, '--messages', '20000', '--symbols', 'AAPL,MSFT', '--seed', '3']);

const replay = async (strategies: readonly string[], more: readonly string[] = []) => {
  expect((await generated).status).toBe(0);
  const named = strategies.flatMap((file) => ['--strategy', file]);
  const ended = await runToEnd(['replay', recording, '--warm-up', '0', '--json', ...named, ...more]);
  expect(ended.leftBehind).toEqual([]);
  expect(ended.stderr).not.toMatch(noStack);
  return ended;
};

describe('before it runs', () => {
  test.each([
    ['syntax', `  setup( { },`, /syntax\.ts:8:1: Expected .*The strategy was not started\.$/],
    ['imports', `  setup() { require('node:fs'); },`, /imports\.ts:7:\d+: a strategy cannot import node:fs/],
  ])('one that does not compile is refused with file, line and column: %s', async (name, body, expected) => {
    const { status, stderr, stdout } = await replay([shop.strategy(name, body)]);
    expect(stderr.trim()).toMatch(expected);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout).error.code).toBe('ERR_STRATEGY_COMPILE');
    expect(status).toBe(1);
  });

  test('one that throws while it is loaded', async () => {
    const file = shop.write('loads.ts', `import 'hotlap';\nthrow new Error('no licence');\n`);
    const { status, stderr } = await replay([file]);
    expect(sentence(stderr)).toContain('loads.ts:2:7 threw while it was loaded: no licence');
    expect(status).toBe(1);
  });

  test('one that is not there, and one of a name that is nearly right', async () => {
    const missing = await replay([shop.path('missing.ts')]);
    expect(sentence(missing.stderr)).toContain(`There is no strategy file ${shop.path('missing.ts')}`);
    expect(missing.status).toBe(1);
    const misspelt = await replay(['imbalance-taken']);
    expect(sentence(misspelt.stderr)).toContain('Did you mean imbalance-taker?');
    expect(misspelt.status).toBe(1);
  });

  test('one that throws in setup', async () => {
    const { status, stderr, stdout } = await replay([
      shop.strategy('setup', `  setup() { throw new Error('no curve'); },`),
    ]);
    expect(sentence(stderr)).toBe(`hotlap: Strategy setup faulted in setup at ${shop.path('setup.ts')}:7:19: no curve`);
    expect(JSON.parse(stdout).strategies).toMatchObject([{ name: 'setup', state: 'faulted' }]);
    expect(status).toBe(1);
  });

  test('one whose setup never returns', async () => {
    const { status, stderr } = await replay([shop.strategy('endless', `  setup() { for (;;) {} },`)]);
    expect(sentence(stderr)).toMatch(/^hotlap: Strategy endless did not return within 5000 ms and was ended/);
    expect(status).toBe(1);
  });
});

const THROWS = `${RESTING.replace("ctx.log.info('RESTING')", "throw new Error('three is enough')")}`;

describe('while it runs', () => {
  test('one that throws is ended alone, its orders are cancelled, and the other trades on', async () => {
    const { status, stderr, stdout } = await replay(
      [shop.strategy('throws', THROWS), 'imbalance-taker'],
      [...['--out', shop.path('out')]],
    );
    const result = JSON.parse(stdout);
    expect(result.strategies).toMatchObject([
      { name: 'throws', state: 'faulted', fault: expect.stringContaining(`${shop.path('throws.ts')}:16:`) },
      { name: 'imbalance-taker', state: 'stopped' },
    ]);
    expect(sentence(stderr)).toMatch(
      /^hotlap: Strategy throws faulted in order at \/.*throws\.ts:16:\d+: three is enough$/,
    );
    expect(status).toBe(1);
    expect(result.recording.messages).toBe(20_000);
    const { cancelledOf, lastOf } = orderLog(shop.path('out'));
    expect(cancelledOf(0)).toBe(3);
    expect(cancelledOf(1)).toBeGreaterThan(0);
    expect(lastOf(1)).toBeGreaterThan(lastOf(0));
  });

  test('in a live demo the orders of one that throws are cancelled at the venue', async () => {
    const file = shop.strategy('throws-live', THROWS);
    const { status, stderr, stdout, leftBehind } = await runToEnd([
      ...['demo', '--strategy', file, '--warm-up', '0', '--json'],
    ]);
    expect(JSON.parse(stdout).orders).toMatchObject({ sent: 3, acknowledged: 3, cancelled: 3, inDoubt: 0 });
    expect(sentence(stderr)).toContain('throws-live.ts:16:');
    expect(status).toBe(1);
    expect(leftBehind).toEqual([]);
  });

  test('one whose calls take longer than their budget is named, with how many and how long; the other is not', async () => {
    const body = `  setup(ctx) { ctx.instrument('AAPL'); },
  onBook() {
    events += 1;
    if (events % 100 === 0) for (let i = 0; i < 5e6; i += 1) sent += i % 7;
  },`;
    const config = shop.write(
      'budget.yaml',
      `loop: { handlerBudgetUs: 1500 }\nstrategies:\n  - source: ${shop.strategy('slow', body)}\n  - source: imbalance-taker\n`,
    );
    const { status, stdout, stderr } = await replay([], ['--config', config]);
    expect(status).toBe(0);
    const { strategies } = JSON.parse(stdout);
    expect(strategies[0]).toMatchObject({ state: 'stopped', slowCalls: { phase: 'event', budgetUs: 1500 } });
    expect(strategies[0].slowCalls.count).toBeGreaterThan(50);
    expect(strategies[0].slowCalls.longestUs).toBeGreaterThan(1500);
    // A host that takes the processor away may make one of the others look slow.
    expect(strategies[1].slowCalls?.count ?? 0).toBeLessThan(20);
    expect(stderr.match(/Strategy slow took \d+ µs for one call \(event\), over its budget of 1500 µs/g)).toHaveLength(
      1,
    );
  });

  test('one that never returns in a replay', async () => {
    const body = `  setup(ctx) { ctx.instrument('AAPL'); },\n  onBook() { if (++events === 50) for (;;) {} },`;
    const { status, stderr } = await replay([shop.strategy('spins', body)]);
    expect(sentence(stderr)).toBe('hotlap: Strategy spins did not return within 1000 ms and was ended.');
    expect(status).toBe(1);
  });

  test('one that never returns during the rehearsal', async () => {
    const body = `  setup(ctx) { ctx.instrument('AAPL'); },\n  onBook() { if (++events === 50) for (;;) {} },`;
    const { status, stderr } = await replay([shop.strategy('rehearsed', body)], ['--warm-up', '5000']);
    expect(sentence(stderr)).toBe('hotlap: Strategy rehearsed did not return within 1000 ms and was ended.');
    expect(status).toBe(1);
  });

  test('one that never returns in a live demo has its open orders cancelled over a resumed session', async () => {
    const file = shop.strategy('stuck', RESTING.replace("ctx.log.info('RESTING')", 'for (;;) {}'));
    const { status, stderr, leftBehind } = await runToEnd(['demo', '--strategy', file, '--warm-up', '0']);
    // MsgSeqNum goes on where the loop stopped: Logon, three orders out, the second Logon; in comes a Logon and as many
    // of the three reports as the loop read before it was stuck.
    expect(stderr).toMatch(/FIX session logged on, next MsgSeqNum out 7, in [3-7]\b/);
    expect(sentence(stderr)).toBe(
      'hotlap: Strategy stuck did not return within 1000 ms and was ended; its 3 open orders were cancelled.',
    );
    expect(status).toBe(1);
    expect(leftBehind).toEqual([]);
  });

  test('one that replaces an order and never returns: the replacement is cancelled, by the name that the venue knows', async () => {
    const file = shop.strategy(
      'swaps',
      RESTING.replace("ctx.log.info('RESTING')", '{ ctx.orders.replace(order, order.price - 100, 5); for (;;) {} }'),
    );
    const { status, stderr } = await runToEnd(['demo', '--strategy', file, '--warm-up', '0']);
    expect(sentence(stderr)).toBe(
      'hotlap: Strategy swaps did not return within 1000 ms and was ended; its 3 open orders were cancelled.',
    );
    expect(status).toBe(1);
  });

  test('one that ends the hot thread, around everything that hinders it, leaves no order behind either', async () => {
    const file = shop.strategy(
      'leaves',
      RESTING.replace("ctx.log.info('RESTING')", "Math.max.constructor('process.exit(7)')()"),
    );
    const { status, stderr } = await runToEnd(['demo', '--strategy', file, '--warm-up', '0']);
    expect(sentence(stderr)).toBe(
      'hotlap: The hot thread ended by itself with status 7; its 3 open orders were cancelled.',
    );
    expect(status).toBe(1);
  });
});

/** What --out wrote of each strategy's orders. */
function orderLog(folder: string) {
  const rows = orderRows(folder);
  const cancelled = ORDER_LOG_KIND.report + ORDER_EVENT.cancelled;
  return {
    cancelledOf: (strategy: number) => rows.filter((row) => row.kind === cancelled && row.strategy === strategy).length,
    lastOf: (strategy: number) => rows.filter((row) => row.strategy === strategy).at(-1)?.timeNs ?? 0,
  };
}
