/** `hotlap ctl swap` in the middle of a million messages a second: nothing is lost, and the run can be run again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { RunResult } from '../../../report/run-result.ts';
import { runs, runToEnd } from '../../support/system/running.ts';
import { openWorkshop } from '../../support/system/workshop.ts';

const shop = openWorkshop();
const start = runs();
const LOSSLESS = { gaps: 0, lostMessages: 0, duplicates: 0, malformed: 0, drops: 0, badChecksums: 0, fragments: 0 };
const MESSAGES = 10_000_000;

/** Sends at each n-th event, and keeps the count of events through its versions. */
const version = (every: number): string => `
import { defineStrategy, Side, send } from 'hotlap';
export default defineStrategy({
  name: 'counter',
  setup(ctx) {
    const stock = ctx.instrument('AAPL');
    const count = ctx.cells('count', 1);
    let buy = true;
    return stock.book$.pipe(
      send((book) => {
        count[0] += 1;
        if (count[0] % ${every} !== 0) return;
        const price = buy ? book.askPrice(0) : book.bidPrice(0);
        if (Number.isNaN(price)) return;
        ctx.orders.ioc(stock, buy ? Side.Buy : Side.Sell, price, 1);
        buy = !buy;
      }),
    );
  },
});
`;

test('two swaps at 1,000,000 messages a second lose nothing, tell the longest turn, and are run again from the folder', {
  timeout: 300_000,
}, async () => {
  const recording = shop.path('busy.itch');
  const flow = ['--messages', `${MESSAGES}`, '--rate', '1000000', '--symbols', '100', '--seed', '5'];
  expect((await runToEnd(['generate', recording, ...flow])).status).toBe(0);
  const first = shop.write('counter.ts', version(1_000));
  const second = shop.write('counter-2.ts', version(2_000));
  const third = shop.write('counter-3.ts', version(500));
  const socket = shop.path('control/demo.sock');
  const out = shop.path('run');
  const pace = ['--rate', '1000000', '--messages-per-packet', '20'];
  const args = ['demo', '--rx', 'shm', '--recording', recording, ...pace, '--strategy', first, '--control', socket];
  const demo = start([...args, '--out', out, '--json']);
  await demo.says(/The order session is up/);
  const swapped: { data: { longestTurnNs: number } }[] = [];
  for (const file of [second, third]) {
    await sleep(1_000);
    const { status, stdout, stderr } = await runToEnd(['ctl', 'swap', 'counter', file, '--socket', socket, '--json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    swapped.push(JSON.parse(stdout));
  }
  const { status, stdout, stderr } = await demo.ended;
  expect(status, stderr).toBe(0);
  const result = JSON.parse(stdout) as RunResult;
  expect(result.recording).toMatchObject({ messages: MESSAGES, ...LOSSLESS });
  expect(result.orders).toMatchObject({ acknowledged: result.orders.sent, rejected: 0, inDoubt: 0, open: 0 });
  expect(result.swaps).toHaveLength(2);
  for (const [index, { longestTurnNs }] of (result.swaps ?? []).entries()) {
    expect(longestTurnNs).toBeGreaterThan(0);
    expect(swapped[index]?.data.longestTurnNs).toBe(longestTurnNs);
  }
  const again = await runToEnd(['replay', out, '--json']);
  expect(again.status, again.stderr).toBe(0);
  const { orderLogHash, swaps } = JSON.parse(again.stdout) as RunResult;
  expect(orderLogHash).toBe(result.orderLogHash);
  expect(swaps?.map(({ version, timeNs }) => [version, timeNs])).toEqual(
    result.swaps?.map(({ version, timeNs }) => [version, timeNs]),
  );
});
