import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { merge } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { defineStrategy, send } from '../../../engine/index.ts';
import { createOrderLog, OrderLogReader } from '../../../engine/orders/order-log.ts';
import { packageRoot } from '../../../native/paths.ts';
import { PlainBook } from '../../support/engine/plain-book.ts';
import { replayEngine } from '../../support/engine/replay-engine.ts';
import { readMoldPcap } from '../../support/itch-reader.ts';

const RECORDING = join(packageRoot, 'recordings', 'demo.pcap.zst');

const replay = async (speed: number) => {
  const orderLog = createOrderLog(1 << 16);
  const strategies = [
    { id: 'taker', source: 'imbalance-taker' },
    { id: 'probe', source: 'latency-probe', values: { every: 50, symbol: 'MSFT' } },
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

  it('shows no strategy a book newer, or older, than its event', async () => {
    const seen = new Map<number, string>();
    // Its interest in trades alone makes the receiver stop at few of MSFT's events; the book is shown at AAPL's too.
    const definition = defineStrategy({
      name: 'witness',
      setup(ctx) {
        const [aapl, msft] = [ctx.instrument('AAPL'), ctx.instrument('MSFT')];
        const best = (price: number, size: number) => (Number.isNaN(price) ? 'none' : `${price} x ${size}`);
        const note = (sequence: number) => {
          const touch = [aapl.book, msft.book].map(
            (book) => `${best(book.bidPrice(0), book.bidSize(0))} / ${best(book.askPrice(0), book.askSize(0))}`,
          );
          seen.set(sequence, touch.join(' | '));
        };
        return merge(
          aapl.tick$.pipe(send((tick) => note(tick.sequence))),
          msft.trade$.pipe(send((trade) => note(trade.sequence))),
        );
      },
    });
    const { engine, run } = await replayEngine(RECORDING, [{ id: 'witness', source: definition }]);
    await run();
    expect(engine.stats().strategies[0]).toMatchObject({ fault: null });
    expect(seen.size).toBeGreaterThan(20_000);

    const packets = readMoldPcap(zstdDecompressSync(readFileSync(RECORDING)));
    expect(Math.max(...packets.map(({ messages }) => messages.length))).toBeGreaterThan(1);
    const book = new PlainBook();
    const locates = new Map<string, number>();
    const touch = (symbol: string): string => {
      const locate = locates.get(symbol) as number;
      return `${book.best(locate, 'B')} / ${book.best(locate, 'S')}`;
    };
    const wrong: string[] = [];
    for (const { sequence, messages } of packets) {
      for (const [index, message] of messages.entries()) {
        if (message[0] === 0x52) locates.set(message.toString('latin1', 11, 19).trim(), message.readUInt16BE(1));
        book.apply(message);
        const shown = seen.get(sequence + index);
        if (shown === undefined) continue;
        const expected = `${touch('AAPL')} | ${touch('MSFT')}`;
        if (shown !== expected) wrong.push(`${sequence + index}: ${shown}, not ${expected}`);
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
  });
});
