/** What a strategy has loaded is kept with the run: it runs again where the files are gone, and says what they were. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runToEnd } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();

const STRATEGY = `
import { defineStrategy, Side } from 'hotlap';
export default defineStrategy({
  name: 'loads',
  load: async ({ readText }) => ({ quantities: (await readText('quantities.txt')).trim().split(' ').map(Number) }),
  setup(ctx) {
    const stock = ctx.instrument('AAPL');
    let next = 0;
    ctx.every(1_000).subscribe(() => {
      const quantity = ctx.data.quantities[next % ctx.data.quantities.length];
      next += 1;
      ctx.orders.ioc(stock, next % 2 === 1 ? Side.Buy : Side.Sell, next % 2 === 1 ? stock.book.askPrice(0) : stock.book.bidPrice(0), quantity);
    });
  },
});
`;

test('a run that has loaded data is replayed from its folder without the files', { timeout: 120_000 }, async () => {
  const strategy = shop.write('loads.ts', STRATEGY);
  const quantities = shop.write('quantities.txt', '7 11');
  const recording = shop.path('generated.pcap');
  const made = await runToEnd(['generate', recording, '--messages', '20000', '--symbols', 'AAPL', '--rate', '1000']);
  expect(made.status, made.stderr).toBe(0);
  const out = shop.path('run');
  const run = await runToEnd(['replay', recording, '--strategy', strategy, '--out', out, '--json', '--warm-up', '0']);
  expect(run.status, run.stderr).toBe(0);
  const { orderLogHash, orders } = JSON.parse(run.stdout);
  expect(orders.sent).toBeGreaterThan(5);
  expect(readFileSync(join(out, 'orders.csv'), 'utf8')).toMatch(/,7,/);
  const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
  expect(manifest.strategies[0].loaded).toEqual([
    { file: quantities, bytes: 4, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ]);
  rmSync(quantities);
  const again = await runToEnd(['replay', out, '--json', '--warm-up', '0']);
  expect(again.status, again.stderr).toBe(0);
  expect(JSON.parse(again.stdout).orderLogHash).toBe(orderLogHash);
  const gone = await runToEnd(['replay', recording, '--strategy', strategy, '--warm-up', '0']);
  expect(gone.status).toBe(1);
  expect(gone.stderr).toMatch(/loads\.ts: load cannot read .*quantities\.txt: there is no such file\.\n$/);
});
