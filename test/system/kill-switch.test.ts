/** The kill switch where it must work: a busy market, a thousand open orders, and a person who sends a signal. */
import { expect, test } from 'vitest';
import { ORDER_LOG_KIND } from '../../engine/orders/order-log.ts';
import { WIDE_LIMITS } from '../../engine/risk/limits.ts';
import { orderRows } from '../support/system/order-rows.ts';
import { Running, runToEnd } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const OPEN = 1_000;

/** Rests orders far below the market until as many are open as shall be, then asks for one more, or a replace, at every event. */
const CROWD = `import { defineStrategy, type Order, Side } from 'hotlap';
const held: Order[] = [];
let acknowledged = 0;
let asked = 0;
export default defineStrategy({
  name: 'crowd',
  setup: (ctx) => void ctx.instrument('AAPL'),
  onBook(book, ctx) {
    const price = Math.round(book.bidPrice(0) / 200) * 100;
    if (held.length === ${OPEN} && ++asked % 2 === 0) {
      ctx.orders.replace(held[asked % ${OPEN}]!, price, 7);
      return;
    }
    const made = ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, price, 7);
    if (made.ok && held.length < ${OPEN}) held.push(made.order);
  },
  onOrder(order, ctx) {
    if (order.event === 'accepted' && ++acknowledged === ${OPEN}) ctx.log.info('CROWDED');
  },
});
`;

test('a signal cancels a thousand open orders in the middle of a busy market, and nothing leaves after it', async () => {
  const recording = shop.path('busy.itch');
  const generated = await runToEnd(['generate', recording, '--messages', '300000', '--symbols', 'AAPL', '--seed', '7']);
  expect(generated.status).toBe(0);
  const config = shop.write('wide.yaml', JSON.stringify({ risk: WIDE_LIMITS }));
  const run = new Running([
    ...['demo', '--recording', recording, '--rate', '75000', '--warm-up', '0', '--config', config],
    ...['--strategy', shop.write('crowd.ts', CROWD), '--json', '--out', shop.path('out')],
  ]);
  await run.says(/CROWDED/);
  process.kill(run.pid, 'SIGUSR1');
  const { status, stdout, stderr, leftBehind } = await run.ended;
  expect([status, leftBehind]).toEqual([0, []]);
  expect(stderr).toMatch(/All trading is killed \(signal: SIGUSR1\); 1\d{3} open orders are being cancelled/);
  const result = JSON.parse(stdout);
  const [kill] = result.kills;
  expect(kill).toMatchObject({ scope: 'all', who: 'signal', killed: true, left: 0 });
  expect(kill.orders).toBeGreaterThanOrEqual(OPEN);
  expect(kill.confirmedNs).toBeGreaterThan(0);
  expect(stderr).toContain(`all ${kill.orders} open orders are confirmed as gone`);
  const rows = orderRows(shop.path('out'));
  // This strategy cancels nothing: the first cancel is the kill's.
  const after = rows.slice(rows.findIndex(({ kind }) => kind === ORDER_LOG_KIND.cancel));
  expect(after[0]?.timeNs).toBe(kill.timeNs);
  const count = (kind: number): number => after.filter((row) => row.kind === kind).length;
  expect(count(ORDER_LOG_KIND.newOrder) + count(ORDER_LOG_KIND.replace)).toBe(0);
  expect(count(ORDER_LOG_KIND.cancel)).toBeGreaterThanOrEqual(OPEN);
  expect(result.refusals.Killed).toBeGreaterThan(1_000);
  expect(result.orders.open).toBe(0);
});
