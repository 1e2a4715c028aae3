/** The whole circle over real sockets, and its books balanced against its own order log. */
import { describe, expect, test } from 'vitest';
import { ORDER_EVENT } from '../../engine/domain/order-state.ts';
import { Side } from '../../engine/domain/side.ts';
import { ORDER_LOG_KIND } from '../../engine/orders/order-log.ts';
import { capture, capturesReason } from '../support/captures.ts';
import { orderRows } from '../support/system/order-rows.ts';
import { runToEnd } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();

async function demo(name: string, args: readonly string[]) {
  const out = shop.path(name);
  const { status, stdout, stderr, leftBehind } = await runToEnd(['demo', ...args, '--json', '--out', out]);
  expect(status, stderr).toBe(0);
  expect(leftBehind).toEqual([]);
  // One document and nothing else.
  const result = JSON.parse(stdout);
  const rows = orderRows(out);
  const ofKind = (kind: number) => rows.filter((row) => row.kind === kind);
  return { result, fills: ofKind(ORDER_LOG_KIND.report + ORDER_EVENT.fill), sent: ofKind(ORDER_LOG_KIND.newOrder) };
}

type Demo = Awaited<ReturnType<typeof demo>>;

/** Every order answered, every fill in a position, every number of the summary in the log. */
function balances({ result, fills, sent }: Demo): void {
  const { orders, positions } = result;
  expect(orders.sent).toBe(sent.length);
  expect(orders.acknowledged + orders.rejected).toBe(orders.sent);
  expect(orders.inDoubt).toBe(0);
  expect(orders.filled).toBeGreaterThan(0);
  expect(result.fills.count).toBe(fills.length);
  const sum = (side: number): number =>
    fills.filter((row) => row.side === side).reduce((total, row) => total + row.quantity, 0);
  const held = (key: 'bought' | 'sold' | 'quantity'): number =>
    positions.reduce((total: number, position: Record<string, number>) => total + (position[key] as number), 0);
  expect(held('bought')).toBe(sum(Side.Buy));
  expect(held('sold')).toBe(sum(Side.Sell));
  expect(held('quantity')).toBe(sum(Side.Buy) - sum(Side.Sell));
  expect(result.latency.tickToOrder.count).toBe(sent.length);
  expect(result.latency.wireToWire.count).toBe(sent.length);
}

const LOSSLESS = { gaps: 0, lostMessages: 0, duplicates: 0, malformed: 0, drops: 0 };

let generated: Promise<string> | undefined;
/** A recording of 300,000 messages in 100 symbols. */
function busy(): Promise<string> {
  generated ??= (async () => {
    const recording = shop.path('load.itch');
    const flow = ['--messages', '300000', '--symbols', '100', '--seed', '5', '--rate', '1000000'];
    expect((await runToEnd(['generate', recording, ...flow])).status).toBe(0);
    return recording;
  })();
  return generated;
}

describe('hotlap demo', () => {
  test.skipIf(capturesReason !== undefined)(
    `flat out on a real capture${capturesReason === undefined ? '' : ` (skipped: ${capturesReason})`}`,
    async () => {
      const recording = capture('itch50/aapl_20200130_moldudp64.pcap');
      const run = await demo('aapl', ['--recording', recording, '--speed', 'max']);
      expect(run.result.recording).toMatchObject({ messages: 10_000, ...LOSSLESS });
      balances(run);
    },
  );

  test('on the recording that the package carries', async () => {
    const run = await demo('bundled', ['--speed', '10']);
    expect(run.result.recording).toMatchObject(LOSSLESS);
    expect(run.result.recording.messages).toBeGreaterThan(100_000);
    expect(run.result.positions.length).toBeGreaterThan(0);
    balances(run);
  });

  test('two strategies keep books of their own', async () => {
    const both = ['--strategy', 'imbalance-taker', '--strategy', 'latency-probe', '--param', 'every=500'];
    const run = await demo('two', ['--speed', '10', ...both]);
    balances(run);
    for (const [index, name] of ['imbalance-taker', 'latency-probe'].entries()) {
      const position = run.result.positions.find((each: { strategy: string }) => each.strategy === name);
      const own = run.fills.filter((row) => row.strategy === index);
      expect(own.length).toBeGreaterThan(0);
      expect(position.bought + position.sold).toBe(own.reduce((total, row) => total + row.quantity, 0));
    }
  });

  test.each(['1', '20'])('under load nothing is lost, %s messages a packet', { timeout: 300_000 }, async (packet) => {
    const recording = await busy();
    const args = ['--recording', recording, '--speed', 'max', '--messages-per-packet', packet];
    const run = await demo(`load-${packet}`, [...args, '--strategy', 'latency-probe']);
    expect(run.result.recording).toMatchObject({ messages: 300_000, ...LOSSLESS });
    // The playback's end of session and heartbeats come on top.
    expect(run.result.recording.packets).toBeGreaterThanOrEqual(300_000 / Number(packet));
    balances(run);
  });
});
