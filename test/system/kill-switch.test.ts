/** The kill switch where it must work: a busy market, a thousand open orders, and a person who sends a signal. */
import { afterAll, expect, test } from 'vitest';
import { ORDER_EVENT } from '../../engine/domain/order-state.ts';
import { ORDER_LOG_KIND } from '../../engine/orders/order-log.ts';
import { WIDE_LIMITS } from '../../engine/risk/limits.ts';
import { freeUdpPort } from '../support/system/free-ports.ts';
import { orderRows } from '../support/system/order-rows.ts';
import { Running, runToEnd, sentence } from '../support/system/running.ts';
import { SessionVenue } from '../support/system/session-venue.ts';
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
  expect(stderr).toMatch(/All trading is killed \(signal: SIGUSR1\); \d{4} open orders are being cancelled/);
  const result = JSON.parse(stdout);
  const [kill] = result.kills;
  expect(kill).toMatchObject({ scope: 'all', who: 'signal', killed: true, left: 0 });
  expect(kill.orders).toBeGreaterThanOrEqual(OPEN);
  expect(kill.confirmedNs).toBeGreaterThan(0);
  expect(stderr).toContain(`all ${kill.orders} open orders are confirmed as gone`);
  const after = orderRows(shop.path('out')).filter(({ timeNs }) => timeNs > kill.timeNs);
  const count = (kind: number): number => after.filter((row) => row.kind === kind).length;
  expect(count(ORDER_LOG_KIND.newOrder) + count(ORDER_LOG_KIND.replace)).toBe(0);
  expect(count(ORDER_LOG_KIND.report + ORDER_EVENT.cancelled)).toBe(kill.orders);
  expect(result.refusals.Killed).toBeGreaterThan(1_000);
  expect(result.orders.open).toBe(0);
});

test('a strategy that never returns has its thousand open orders cancelled from outside, and is named', async () => {
  const stuck = shop.write(
    'stuck.ts',
    CROWD.replace("ctx.log.info('CROWDED')", 'for (;;) {}').replace('crowd', 'stuck'),
  );
  const { status, stderr, leftBehind } = await runToEnd([
    ...['demo', '--warm-up', '0', '--config', shop.write('wide.yaml', JSON.stringify({ risk: WIDE_LIMITS }))],
    ...['--strategy', stuck, '--out', shop.path('stuck')],
  ]);
  expect([status, leftBehind]).toEqual([1, []]);
  expect(sentence(stderr)).toMatch(
    /^hotlap: Strategy stuck did not return within 1000 ms and was ended; its 1\d{3} open orders were cancelled\.$/,
  );
  const verified = await runToEnd(['journal', 'show', shop.path('stuck/journal')]);
  expect(verified.stdout).toMatch(
    /kill +watchdog: strategy:stuck killed: Strategy stuck did not return within 1000 ms/,
  );
  expect(verified.stdout.match(/cancelled, cancelled, stuck/g)?.length).toBeGreaterThanOrEqual(OPEN);
});

test('what is killed stays so over a kill -9 until somebody releases it', async () => {
  const venue = new SessionVenue();
  afterAll(() => venue.close());
  shop.strategy('idle', '  setup(ctx) { ctx.instrument("AAPL"); },');
  const config = shop.write(
    'run.yaml',
    `feeds: [{ group: 239.192.7.3, port: ${await freeUdpPort()} }]
venues: [{ name: venue, host: 127.0.0.1, port: ${venue.port}, senderCompId: HOTLAP, targetCompId: VENUE }]
strategies: [{ source: ./idle.ts }]
`,
  );
  const env = { XDG_STATE_HOME: shop.path('state') };
  const start = async (): Promise<Running> => {
    const run = new Running(['run', '--config', config, '--warm-up', '0', '--idle', 'backoff'], { env });
    await run.says(/Logged on to venue/);
    return run;
  };
  const first = await start();
  process.kill(first.pid, 'SIGUSR1');
  await first.says(/All trading is killed \(signal: SIGUSR1\); no order is open/);
  first.child.kill('SIGKILL');
  await first.ended;

  const second = await start();
  expect(second.stderr).toMatch(
    /All trading is still killed since an earlier run \(signal: SIGUSR1\): release it by hand/,
  );
  const released = await runToEnd(['ctl', 'release', 'all', '--config', config], { env });
  expect(released.stdout).toMatch(/^All trading is released \(ctl:.*\)\. Nothing else is killed\.$/m);
  second.child.kill('SIGKILL');
  await second.ended;

  const third = await start();
  expect(third.stderr).not.toContain('is still killed');
  third.child.kill('SIGINT');
  expect((await third.ended).leftBehind).toEqual([]);
});
