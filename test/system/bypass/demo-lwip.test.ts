/** `hotlap demo --tx lwip` over each wire: all is received, each order is answered, and orders of a dead loop are cancelled. */
import { describe, expect, test } from 'vitest';
import { hasOptionalAddon } from '../../../native/optional-addons.ts';
import { runToEnd } from '../../support/system/running.ts';
import { openWorkshop } from '../../support/system/workshop.ts';

const shop = openWorkshop();

const LOSSLESS = {
  ...{ gaps: 0, lostMessages: 0, duplicates: 0, malformed: 0, drops: 0 },
  ...{ badChecksums: 0, fragments: 0, oversized: 0 },
};

const isRoot = process.getuid?.() === 0;

function unavailable(rx: string): string | undefined {
  if (rx !== 'shm' && !isRoot) return 'it needs root';
  const absent = (['lwip', 'dpdk'] as const).find(
    (name) => (name === 'lwip' || rx === name) && !hasOptionalAddon(name),
  );
  return absent && `the addon of ${absent} is not built`;
}

const demo = (rx: string): string[] => ['demo', '--rx', rx, '--tx', 'lwip', '--bypass', 'require', '--json'];

/** Sends two orders that rest, and never returns once both are acknowledged. */
const STUCK = `  setup(ctx) { ctx.instrument('AAPL'); },
  onBook(book, ctx) {
    events += 1;
    if (events % 20 === 0 && sent < 2) {
      if (ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, book.bidPrice(0) - 10_000, 7).ok) sent += 1;
    }
  },
  onOrder(order) {
    if (order.state === 'new') acknowledged += 1;
    while (acknowledged === 2) events += 1;
  },`;

describe.each(['shm', 'dpdk', 'af_xdp'])('%s and lwip', (rx) => {
  const reason = unavailable(rx);

  test('flat out: nothing is lost, every order is answered, nothing is left behind', async ({ skip }) => {
    if (reason !== undefined) skip(reason);
    const flatOut = ['--speed', 'max', '--warm-up', '0', '--strategy', 'latency-probe'];
    const { status, stdout, stderr, leftBehind } = await runToEnd([...demo(rx), ...flatOut], { timeoutMs: 60_000 });
    expect(status, stderr).toBe(0);
    const { recording, transport, orders } = JSON.parse(stdout);
    expect(transport.rx).toMatchObject({ backend: rx, accelerated: true, passedOver: [] });
    expect(transport.tx).toMatchObject({ backend: `lwip/${rx}`, accelerated: true, passedOver: [] });
    expect(recording).toMatchObject(LOSSLESS);
    expect(recording.messages).toBeGreaterThan(100_000);
    expect(orders.sent).toBeGreaterThan(50);
    expect(orders).toMatchObject({ acknowledged: orders.sent, rejected: 0, inDoubt: 0, open: 0 });
    expect(leftBehind).toEqual([]);
  });

  test('a loop that does not return: its orders are cancelled from outside, over the same wire', async ({ skip }) => {
    if (reason !== undefined) skip(reason);
    const stuck = ['--strategy', shop.strategy(`stuck-${rx}`, STUCK), '--stall-ms', '300', '--warm-up', '0'];
    const { status, stderr, leftBehind } = await runToEnd([...demo(rx), ...stuck], { timeoutMs: 60_000 });
    expect(stderr).toMatch(/its 2 open orders were cancelled/);
    expect(status).toBe(1);
    expect(leftBehind).toEqual([]);
  });
});
