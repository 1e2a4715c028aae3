/** Two runs beside each other: what differs, from which order on, and what of the profit comes from what. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { diffRuns } from '../../app/diff-runs.ts';
import { hashFile, readManifest, writeManifest } from '../../app/run-directory/manifest.ts';
import { ORDER_LOG_KIND } from '../../engine/orders/order-log.ts';
import { CAUSES } from '../../report/diff-result.ts';
import { type OrderRow, orderRows } from '../support/system/order-rows.ts';
import { runToEnd, sentence } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();

const FLOW = ['--messages', '12000', '--symbols', 'AAPL,MSFT', '--rate', '20000'];
/** Buys below the market, changes its mind, and hedges what it gets: orders by ticks and by reports, resting and not. */
const MAKER = `
  params: { symbol: param.symbol('MSFT'), every: param.integer(30), token: param.integer(1) },
  setup(ctx) { ctx.instrument(ctx.params.symbol); },
  onBook(book, ctx) {
    events += 1;
    if (events % ctx.params.every === 0) ctx.orders.limit(ctx.instrument(ctx.params.symbol), Side.Buy, book.bidPrice(0), 10 + (events % 7));
  },
  onOrder(order, ctx) {
    if (order.state === 'filled' && order.side === Side.Buy)
      ctx.orders.ioc(ctx.instrument(ctx.params.symbol), Side.Sell, ctx.instrument(ctx.params.symbol).book.bidPrice(0), order.quantity);
  },`;

const RUNS = {
  base: [],
  again: [],
  eager: ['--param', 'enter=0.6'],
  slow: ['--config', 'slow.yaml'],
  limited: ['--config', 'limited.yaml'],
  part: ['--from', '09:30:00.3'],
  elsewhere: [],
  two: ['--config', 'two.yaml'],
  twoOther: ['--config', 'two-other.yaml', '--date', '2026-11-20'],
} as const satisfies Record<string, readonly string[]>;
type Name = keyof typeof RUNS;

const two = (every: number): string => `strategies:
  - { source: imbalance-taker }
  - { source: ./maker.ts, params: { every: ${every}, token: ${every * 1000} } }
instruments: { MSFT: { multiplier: 2.5 } }
`;

async function make(name: Name): Promise<void> {
  const recording = shop.path(name === 'elsewhere' ? 'other.pcap' : 'day.pcap');
  const args = RUNS[name].map((arg) => (arg.endsWith('.yaml') ? shop.path(arg) : arg));
  const { status, stderr } = await runToEnd([
    'replay',
    recording,
    '--warm-up',
    '0',
    `--out=${shop.path(name)}`,
    ...args,
  ]);
  expect(status, stderr).toBe(0);
}

beforeAll(async () => {
  shop.write('slow.yaml', 'simulation: { orderDelayNs: 700000, reportDelayNs: 200000 }\n');
  shop.write('limited.yaml', 'risk: { maxPosition: 90 }\n');
  shop.write('two.yaml', two(30));
  shop.write('two-other.yaml', two(29));
  const file = shop.strategy('maker', MAKER);
  writeFileSync(file, readFileSync(file, 'utf8').replace('defineStrategy, Side', 'defineStrategy, param, Side'));
  for (const [name, seed] of [
    ['day.pcap', '21'],
    ['other.pcap', '22'],
  ] as const)
    expect((await runToEnd(['generate', shop.path(name), ...FLOW, '--seed', seed])).status).toBe(0);
  const names = Object.keys(RUNS) as Name[];
  // Two at a time: one replay pins one CPU.
  const worker = async (): Promise<void> => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) await make(name);
  };
  await Promise.all([worker(), worker()]);
});

const diff = (a: Name, b: Name) => diffRuns({ a: shop.path(a), b: shop.path(b) });
const named = (byCause: Readonly<Record<string, string>>): string[] =>
  CAUSES.filter((cause) => byCause[cause] !== '0.00');
const cents = (amounts: readonly string[]): bigint =>
  amounts.reduce((sum, amount) => {
    const [whole = '', fraction = ''] = amount.split('.');
    return sum + BigInt(whole.concat(fraction.padEnd(12, '0')));
  }, 0n);

/** The first order message of both that is not the same, looked for without `diff`: records from 1. */
function firstOther(a: Name, b: Name): { a: number; b: number } {
  const messages = (name: Name) =>
    orderRows(shop.path(name))
      .map((row, index) => ({ row, record: index + 1 }))
      .filter(({ row }) => row.kind === ORDER_LOG_KIND.newOrder);
  const terms = ({ timeNs, strategy, instrument, side, price, quantity, cause, sequence }: OrderRow): string =>
    [timeNs, strategy, instrument, side, price, quantity, cause, sequence].join();
  const [mine, theirs] = [messages(a), messages(b)];
  const index = mine.findIndex(({ row }, at) => theirs[at] === undefined || terms(theirs[at].row) !== terms(row));
  return { a: mine[index]?.record ?? 0, b: theirs[index]?.record ?? 0 };
}

test('a run and the same once more: nothing', async () => {
  const result = await diff('base', 'again');
  expect(result).toMatchObject({ ok: true, inputs: [], data: 'same', first: null, notes: [] });
  expect(result.orders).toMatchObject({ onlyInA: 0, onlyInB: 0, changed: 0, executedOtherwise: 0 });
  expect(result.orders.same).toBeGreaterThan(100);
  expect(result.pnl).toMatchObject({ difference: '0.00', positions: [] });
});

test('another parameter: the first order that differs, and decisions', async () => {
  const { first, inputs, pnl, orders, a, ok } = await diff('base', 'eager');
  const other = firstOther('base', 'eager');
  expect(ok).toBe(false);
  expect(first?.cause).toBe('decision');
  // One of the two is the earlier; where only one run has it, the other side is empty.
  const record = first?.a === null ? { b: first.b?.record } : { a: first?.a.record };
  expect(record).toEqual(first?.a === null ? { b: other.b } : { a: other.a });
  expect(inputs).toContainEqual({ name: 'strategy imbalance-taker: enter', a: null, b: '0.6' });
  expect(named(pnl.byCause)).toContain('decision');
  expect(named(pnl.byCause)).not.toContain('unattributed');
  const rows = orderRows(shop.path('base'));
  expect(a.records).toBe(rows.length);
  const { same, changed, executedOtherwise, onlyInA } = orders;
  const sent = rows.filter(({ kind }) => kind === ORDER_LOG_KIND.newOrder).length;
  expect(same + changed + executedOtherwise + onlyInA).toBe(sent);
});

test.each<[string, Name, string]>([
  ['other simulated delays', 'slow', 'latency'],
  ['a limit', 'limited', 'risk'],
  ['a later beginning', 'part', 'data'],
  ['another recording', 'elsewhere', 'data'],
])('%s: all of the difference of the orders is %s', async (_, name, cause) => {
  const { pnl, first, orders } = await diff('base', name);
  expect(first?.cause).toBe(cause);
  expect(orders.onlyInA + orders.onlyInB + orders.executedOtherwise).toBeGreaterThan(0);
  expect(named(pnl.byCause).filter((each) => each !== 'mark')).toEqual([cause]);
  expect(cents(Object.values(pnl.byCause))).toBe(cents([pnl.difference]));
});

test('a refusal is named', async () => {
  const { first, inputs } = await diff('base', 'limited');
  expect(first).toMatchObject({
    kind: 'only in A',
    refusal: 'MaxPosition',
    strategy: 'imbalance-taker',
    symbol: 'AAPL',
  });
  expect(inputs).toContainEqual({ name: 'risk.maxPosition', a: '100000', b: '90' });
});

test('of several strategies, those that differ; the profit is the summaries’', async () => {
  const { pnl, first, notes, inputs } = await diff('two', 'twoOther');
  expect(inputs).toContainEqual({ name: 'strategy maker: every', a: '30', b: '29' });
  expect(inputs).toContainEqual({ name: 'strategy maker: token', a: 'not shown', b: 'not shown' });
  expect(inputs.find(({ name }) => name === 'day')?.b).toBe('2026-11-20');
  expect(first).toMatchObject({ strategy: 'maker', symbol: 'MSFT' });
  expect(pnl.positions.map(({ strategy, symbol }) => `${strategy} ${symbol}`)).toEqual(['maker MSFT']);
  expect(notes).toEqual([]);
  const told = (name: Name): bigint => {
    const { positions } = JSON.parse(readFileSync(join(shop.path(name), 'summary.json'), 'utf8'));
    return cents(positions.flatMap((each: Record<string, string>) => [each.realizedPnl, each.unrealizedPnl]));
  };
  expect([cents([pnl.a]), cents([pnl.b])]).toEqual([told('two'), told('twoOther')]);
});

describe('the command', () => {
  test('says it in words, and ends as diff does', async () => {
    const other = await runToEnd(['diff', shop.path('base'), shop.path('limited')]);
    expect(other.stdout).toMatch(/^hotlap diff: other orders\n/);
    expect(other.stdout).toMatch(/risk\.maxPosition +100000 +90\n/);
    expect(other.stdout).toMatch(
      /First +only in A: imbalance-taker, AAPL; refused there: MaxPosition\. Cause: risk\.\n/,
    );
    expect(other.status).toBe(1);
    const same = await runToEnd(['diff', shop.path('base'), shop.path('again'), '--json']);
    expect(JSON.parse(same.stdout)).toMatchObject({ ok: true, first: null });
    expect(same.status).toBe(0);
  });

  test('refuses what it cannot compare', async () => {
    const [changed, old, killed] = ['changed', 'old', 'killed'].map((name) => {
      cpSync(shop.path('base'), shop.path(name), { recursive: true });
      return shop.path(name);
    }) as [string, string, string];
    writeFileSync(join(changed, 'orders.csv'), '\n', { flag: 'a' });
    const orders = join(old, 'orders.csv');
    writeFileSync(orders, readFileSync(orders, 'utf8').replace(',timeInForce', ''));
    const manifest = readManifest(old);
    writeManifest(old, { ...manifest, files: { ...manifest.files, 'orders.csv': await hashFile(orders) } });
    writeManifest(killed, { ...manifest, endedAt: null, orderLogHash: null, files: {} });
    const base = shop.path('base');
    for (const [folder, words] of [
      [changed, /orders\.csv is not as the run has left it/],
      [old, /orders\.csv has other columns than this hotlap writes/],
      [killed, /was killed before it could write down its orders/],
      [shop.folder, /is no folder of a run/],
    ] as const)
      await expect(diffRuns({ a: base, b: folder })).rejects.toThrow(words);
    const { status, stderr, stdout } = await runToEnd(['diff', base, 'nowhere']);
    expect(sentence(stderr)).toMatch(/nowhere is no folder of a run/);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect((await runToEnd(['diff', base])).status).toBe(2);
  });
});
