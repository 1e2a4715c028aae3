/** `testStrategy`: the production engine on markets that a test describes, and on the bundled recording. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import {
  book,
  demoRecording,
  expectOrders,
  halt,
  marbles,
  resume,
  take,
  testStrategy,
  trade,
} from '../../app/testing/index.ts';
import { hotlap } from '../support/hotlap.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotlap-testing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const touch = (bid: number, ask: number) => book('AAPL', { bids: [['320.00', bid]], asks: [['320.01', ask]] });

test('a market in marbles gives orders on the same time, and the simulated exchange answers', async () => {
  const market = marbles('a--b--c|', { a: touch(100, 100), b: touch(300, 100), c: touch(300, 600) });
  const run = await testStrategy('imbalance-taker', market, { params: { quantity: 60 } });
  expectOrders(run, '---b--s', {
    b: { side: 'buy', price: '320.01', quantity: 60, timeInForce: 'ioc' },
    s: { side: 'sell', price: '320.00', quantity: 60 },
  });
  expect(run.orderLog.split('\n').slice(0, 3)).toEqual([
    '09:30:00.003000000 imbalance-taker new #1 buy 60 AAPL @ 320.01 ioc',
    '09:30:00.003020000 imbalance-taker accepted #1 buy AAPL',
    '09:30:00.003020000 imbalance-taker fill #1 buy 60 AAPL @ 320.01',
  ]);
  expect(run.fills.map(({ side, quantity }) => [side, quantity])).toEqual([
    ['buy', 60],
    ['sell', 60],
  ]);
  expect(run.positions).toMatchObject([{ symbol: 'AAPL', quantity: 0, realizedPnl: '-0.60' }]);
});

test('whatever a letter stands for arrives as the feed would tell it', async () => {
  const seen = written(
    'seen.ts',
    `import { defineStrategy } from 'hotlap';
     export default defineStrategy({
       name: 'seen',
       setup(ctx) { ctx.instrument('AAPL'); ctx.instrument('MSFT'); },
       onTick(tick, ctx) {
         const { bid, bidSize, ask, askSize } = tick;
         ctx.log.info([tick.kind, tick.instrument, tick.price, tick.size, bid, bidSize, ask, askSize, ctx.now / 1e6 - 34_200_000].join(' '));
       },
       onStatus(status, ctx) { ctx.log.info('status ' + status.code); },
     });`,
  );
  const market = marbles('a-b-(cd)e-f-g|', {
    a: book('AAPL', {
      bids: [
        ['10', 100],
        ['9.99', 50],
      ],
      asks: [['10.02', 100]],
    }),
    // Up through the old ask: the ask makes room first.
    b: book('AAPL', {
      bids: [
        ['10.03', 100],
        ['9.99', 20],
      ],
      asks: [['10.05', 100]],
    }),
    c: trade('MSFT', '400.5', 7),
    d: [halt('AAPL'), resume('AAPL')],
    e: take('AAPL', 'bids', 110),
    f: book('AAPL', { asks: [['10.05', 150]] }),
    g: book('AAPL', {}),
  });
  const { log, faults } = await testStrategy(pathToFileURL(seen), market);
  expect(faults).toEqual([]);
  const lines = log.map(({ text }) => text.replace(/^.*seen: /, '')).filter((text) => /^(\d|status)/.test(text));
  expect(lines).toMatchInlineSnapshot(`
    [
      "status T",
      "status T",
      "1 0 100000 100 100000 100 NaN NaN 0",
      "1 0 99900 50 100000 100 NaN NaN 0",
      "1 0 100200 100 100000 100 100200 100 0",
      "6 0 100500 100 100000 100 100500 100 2",
      "6 0 100300 100 100300 100 100500 100 2",
      "4 0 99900 30 100300 100 100500 100 2",
      "7 1 4005000 7 NaN NaN NaN NaN 4",
      "status H",
      "status T",
      "2 0 100300 100 99900 20 100500 100 8",
      "2 0 99900 10 99900 10 100500 100 8",
      "5 0 99900 10 NaN NaN 100500 100 10",
      "6 0 100500 150 NaN NaN 100500 150 10",
      "5 0 100500 150 NaN NaN NaN NaN 12",
    ]
  `);
});

test('a strategy is given by its file: what it exports is refused in a sentence', async () => {
  const market = marbles('a|', { a: touch(1, 1) });
  const definition = { name: 'mine' } as unknown as string;
  await expect(testStrategy(definition, market)).rejects.toMatchObject({
    code: 'ERR_TEST_FILE',
    message: expect.stringContaining("new URL('./first.ts', import.meta.url)"),
  });
});

test('a fault is told with the file and line of the strategy, and expectOrders tells it first', async () => {
  const faulty = written(
    'faulty.ts',
    `import { defineStrategy } from 'hotlap';
export default defineStrategy({
  name: 'faulty',
  setup(ctx) { ctx.instrument('AAPL'); },
  onBook() {
    throw new Error('not today');
  },
});
`,
  );
  const run = await testStrategy(faulty, marbles('a|', { a: touch(1, 1) }));
  expect(run.faults).toEqual([{ strategy: 'faulty', text: expect.stringContaining(`${faulty}:6:11`) }]);
  expect(() => expectOrders(run, '', {})).toThrow(/^Strategy faulty faulted\. .*not today/s);
});

test('a recording gives what `hotlap replay` gives, every time', async () => {
  const options = { params: { symbol: 'MSFT' }, toNs: 34_201e9 };
  const [first, second] = [
    await testStrategy('imbalance-taker', demoRecording, options),
    await testStrategy('imbalance-taker', demoRecording, options),
  ];
  const args = [
    '--strategy',
    'imbalance-taker',
    '--param',
    'symbol=MSFT',
    '--to',
    '09:30:01',
    '--warm-up',
    '0',
    '--json',
  ];
  const { stdout } = await hotlap(['replay', demoRecording, ...args]);
  expect(first.orders.length).toBeGreaterThan(10);
  expect(second.orderLog).toBe(first.orderLog);
  expect(JSON.parse(stdout)).toMatchObject({
    orderLogHash: first.result.orderLogHash,
    orders: { sent: first.orders.filter(({ what }) => what === 'new').length },
  });
  expect(first.result.out).toBeUndefined();
});
