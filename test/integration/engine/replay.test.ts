import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOrderLog, OrderLogReader } from '../../../engine/orders/order-log.ts';
import { packageRoot } from '../../../native/paths.ts';
import { replayEngine } from '../../support/engine/replay-engine.ts';

const RECORDING = join(packageRoot, 'recordings', 'demo.pcap.zst');

const replay = async (speed: number) => {
  const orderLog = createOrderLog(1 << 16);
  const strategies = [
    { id: 'taker', file: 'imbalance-taker' },
    { id: 'probe', file: 'latency-probe', values: { every: 50, symbol: 'MSFT' } },
  ];
  const { engine, run, exchange, feed } = await replayEngine(RECORDING, strategies, { shared: { orderLog }, speed });
  await run();
  const hash = createHash('sha256');
  const records = new OrderLogReader(orderLog).drain((record) => hash.update(Float64Array.from(record)));
  return { stats: engine.stats(), exchange: exchange.stats(), hash: hash.digest('hex'), records, feed };
};

describe('a replay with the native receiver, FIX both ways and the exchange', () => {
  it('gives the same orders at any speed, and both sides agree on what happened', async () => {
    const first = await replay(0);
    const { orders, reports, positions } = first.stats;
    expect(orders.sent).toBeGreaterThan(100);
    expect(orders.sent).toBe(first.exchange.orders);
    expect(orders.acknowledged + orders.rejected).toBe(orders.sent);
    expect(orders.filled + orders.cancelled).toBe(orders.sent);
    expect(reports.executions).toBe(first.exchange.fills);
    expect(orders).toMatchObject({ inDoubt: 0, open: 0 });
    const traded = positions.reduce((sum, { bought, sold }) => sum + bought + sold, 0);
    expect(traded).toBe(first.exchange.filledShares);
    expect(first.records).toBeGreaterThan(3 * 100);

    const paced = await replay(100);
    expect(paced.hash).toBe(first.hash);
    expect(paced.records).toBe(first.records);
  });
});
