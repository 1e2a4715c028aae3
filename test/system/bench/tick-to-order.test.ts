/** `hotlap bench tick-to-order` for a moment past the kernel: every pair trades, engine and floor, by the way it is named after. No time is judged here. */
import { expect, test } from 'vitest';
import type { BenchResult } from '../../../bench/bench-result.ts';
import { hotlap } from '../../support/hotlap.ts';
import { missing } from '../../support/missing.ts';

const RATE = 20_000;
const SECONDS = 0.5;
const TIMEOUT_MS = 170_000;
const PAIRS = ['af_xdp+lwip', 'dpdk+lwip', 'shm+lwip'];

const unavailable = missing({ root: true, addons: ['lwip', 'dpdk'] });

test.skipIf(unavailable !== undefined)(
  `orders leave past the kernel, each way beside its floor${unavailable ? ` (skipped: ${unavailable})` : ''}`,
  {
    timeout: TIMEOUT_MS,
  },
  async () => {
    const how = ['--rates', `${RATE}`, '--seconds', `${SECONDS}`, '--rounds', '1', '--json'];
    const args = ['bench', 'tick-to-order', '--pairs', PAIRS.join(','), ...how];
    const { status, stdout, stderr } = await hotlap(args, { timeoutMs: TIMEOUT_MS });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const { rows, facts, unavailable: leftOut, lossless } = JSON.parse(stdout) as BenchResult;
    expect(leftOut).toEqual([]);
    expect(lossless).toBe(true);
    expect(rows.map(({ rx, tx, subject }) => `${rx}+${tx} ${subject}`)).toEqual(
      PAIRS.flatMap((pair) => [`${pair} engine`, `${pair} floor`]),
    );
    for (const row of rows) {
      expect(row.orders).toBeGreaterThan(20);
      expect(row.tickToOrder.count).toBe(row.orders);
      expect(row.wireToWire.count).toBe(row.orders);
      expect(row.systemCalls.feedReceive).toBe(0);
      expect(row.systemCalls.fixReceive).toBe(0);
      // AF_XDP in copy mode is told that there is something to send.
      if (row.rx !== 'af_xdp') expect(row.systemCalls.fixSend).toBe(0);
    }
    expect(facts.map(({ receive, send }) => [receive.backend, send.backend])).toEqual([
      ['af_xdp', 'lwip/af_xdp'],
      ['dpdk', 'lwip/dpdk'],
      ['shm', 'lwip/shm'],
    ]);
    for (const { receive, send } of facts) expect([receive.accelerated, send.accelerated]).toEqual([true, true]);
  },
);
