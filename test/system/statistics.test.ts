/** Statistics of a whole run: the same each time, with the fees that the venue tells, and in the run's folder. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { RunResult } from '../../report/run-result.ts';
import { runToEnd } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
/** Finer than a price. */
const TAKER = 0.00295;

const replay = async (...args: string[]): Promise<RunResult> => {
  const strategies = ['--strategy', 'pairs', '--strategy', 'latency-probe', '--warm-up', '0'];
  const ended = await runToEnd(['replay', 'recordings/demo.pcap.zst', ...strategies, ...args, '--json']);
  expect(ended.status, ended.stderr).toBe(0);
  return JSON.parse(ended.stdout);
};

test('told by strategy and symbol, with fees where the venue has them, the same in every replay', async () => {
  const config = shop.write('fees.yaml', `simulation: { takerFeePerShare: ${TAKER}, makerFeePerShare: -0.002 }\n`);
  const out = shop.path('run');
  const first = await replay('--config', config, '--out', out);
  expect(first.statistics.map(({ strategy, symbol }) => `${strategy} ${symbol}`)).toEqual([
    'pairs MSFT',
    'pairs NVDA',
    'latency-probe AAPL',
  ]);
  for (const each of first.statistics) {
    // They only take.
    expect(Number(each.fees)).toBeCloseTo(TAKER * each.filledQuantity, 9);
    const held = first.positions.find(({ strategy, symbol }) => strategy === each.strategy && symbol === each.symbol);
    expect(each.realizedPnl).toBe(held?.realizedPnl);
    expect(Number(each.slippage.decision)).toBeGreaterThan(0);
    // realised + unrealised − fees = what the executions brought + what is held at the end's price: a line for each.
    const lines = readFileSync(`${out}/equity.csv`, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const strategy = first.strategies.findIndex(({ name }) => name === each.strategy);
    const instrument = first.instruments.findIndex(({ symbol }) => symbol === each.symbol);
    const own = lines.filter((line) => line[1] === String(strategy) && line[2] === String(instrument));
    const [, , , position, cash, fees] = own.at(-1) as string[];
    const mark = Number(first.instruments[instrument]?.mark);
    const earned = (Number(cash) - Number(fees)) / 10_000 + Number(position) * mark;
    expect(Number(each.realizedPnl) + Number(each.unrealizedPnl) - Number(each.fees)).toBeCloseTo(earned, 6);
  }
  const again = await replay('--config', config);
  expect(again.statistics).toEqual(first.statistics);
  const free = await replay();
  expect(free.orderLogHash).toBe(first.orderLogHash);
  expect(free.statistics.map(({ fees }) => fees)).toEqual([null, null, null]);
  expect((await runToEnd(['replay', out, '--json'])).stdout).toContain(JSON.stringify(first.statistics));
  expect((await runToEnd(['verify', out])).status).toBe(0);
});

test('an order counts with its replacement, and its fee without the multiplier of the instrument', async () => {
  const file = shop.strategy(
    'grower',
    `
  setup(ctx) { ctx.instrument('AAPL'); },
  onBook(book, ctx) {
    if (sent > 0 || book.askPrice(0) === 0) return;
    if (ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, book.bidPrice(0) - 50_000, 1).ok) sent += 1;
  },
  onOrder(order, ctx) {
    if (order.state === 'new') ctx.orders.replace(order, order.price + 52_000, 3);
  },`,
  );
  const config = shop.write(
    'future.yaml',
    'simulation: { takerFeePerShare: 0.85 }\ninstruments: { AAPL: { multiplier: 50 } }\n',
  );
  const args = ['--strategy', file, '--config', config, '--warm-up', '0', '--json'];
  const ended = await runToEnd(['replay', 'recordings/demo.pcap.zst', ...args]);
  expect(ended.status, ended.stderr).toBe(0);
  const { statistics, positions } = JSON.parse(ended.stdout) as RunResult;
  expect(statistics).toMatchObject([{ orders: 1, orderedQuantity: 3, filledQuantity: 3, fillRatio: 1, fees: '2.55' }]);
  expect(Number(statistics[0]?.turnover)).toBeCloseTo(50 * 3 * Number(positions[0]?.averagePrice), 6);
});
