/** `hotlap demo --tx lwip` over each wire: all is received, each order is answered, and orders of a dead loop are cancelled. */
import { describe, expect, test } from 'vitest';
import { missingWithLwip } from '../../support/missing.ts';
import { runToEnd } from '../../support/system/running.ts';
import { openWorkshop, STUCK } from '../../support/system/workshop.ts';

const shop = openWorkshop();

const LOSSLESS = {
  ...{ gaps: 0, lostMessages: 0, duplicates: 0, malformed: 0, drops: 0 },
  ...{ badChecksums: 0, fragments: 0, oversized: 0 },
};

const demo = (rx: string): string[] => ['demo', '--rx', rx, '--tx', 'lwip', '--bypass', 'require', '--json'];

describe.each(['shm', 'dpdk', 'af_xdp'])('%s and lwip', (rx) => {
  const reason = missingWithLwip(rx);

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
