/** `hotlap inspect --json` against what independent decoders made of the same captures. */
import { describe, expect, test } from 'vitest';
import { capture, captureJson, capturesReason } from '../support/captures.ts';
import { hotlap } from '../support/hotlap.ts';

const DAY = 'itch50/aapl_20200130_locate13_10k.itch';
const FRAMED = 'itch50/aapl_20200130_moldudp64.pcap';
const PRICE_SCALE = 10_000;

interface Level {
  price: string;
  size: number;
  orders: number;
}

const inspect = async (file: string, ...flags: string[]) => {
  const { status, stdout, stderr } = await hotlap(['inspect', capture(file), '--json', ...flags]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
};

const scaled = (price: string): number => Math.round(Number(price) * PRICE_SCALE);
const levels = (side: Level[]): number[][] => side.map(({ price, size, orders }) => [scaled(price), size, orders]);

describe.skipIf(capturesReason)(`inspect equals the oracles${capturesReason ? ` (${capturesReason})` : ''}`, () => {
  test.each([DAY, FRAMED])('%s', async (file) => {
    const oracle = captureJson(`${DAY}.oracle.json`);
    const [best] = oracle.top_stocks;
    const found = await inspect(file, '--depth', '5');
    expect(found).toMatchObject({
      protocol: 'itch50',
      messages: oracle.messages,
      countsByType: oracle.counts_by_type,
      operations: {
        adds: oracle.order_ops.adds,
        executes: oracle.order_ops.executes,
        partialCancels: oracle.order_ops.partial_cancels,
        deletes: oracle.order_ops.deletes,
        replaces: oracle.order_ops.replaces,
      },
      gaps: 0,
      truncated: false,
      liveOrders: oracle.live_orders_at_end,
      maxLiveOrders: oracle.max_live_orders,
      unknownOrders: 0,
      instruments: oracle.stock_directory_size,
      firstTimeNs: String(oracle.first_timestamp_ns),
      lastTimeNs: String(oracle.last_timestamp_ns),
    });
    expect(Object.keys(found.countsByType).sort()).toEqual(Object.keys(oracle.counts_by_type).sort());
    const [book] = found.books;
    expect(book).toMatchObject({
      symbol: best.stock,
      messages: best.book_messages,
      bestBidSize: best.best_bid_shares,
      bestAskSize: best.best_ask_shares,
      bidLevels: best.bid_levels,
      askLevels: best.ask_levels,
      bidOrders: best.bid_orders,
      askOrders: best.ask_orders,
    });
    expect([scaled(book.bestBid), scaled(book.bestAsk)]).toEqual([best.best_bid_px4, best.best_ask_px4]);
    expect(levels(book.bids)).toEqual(best.bid_depth5);
    expect(levels(book.asks)).toEqual(best.ask_depth5);
  });

  test.each([DAY, FRAMED])('%s after 1,001 messages', async (file) => {
    const oracle = captureJson('itch50/aapl_20200130_after1001.thirdparty.json');
    const found = await inspect(file, '--messages', '1001', '--depth', '64');
    expect(found.liveOrders).toBe(oracle.live_orders);
    const sizes = (side: Level[]): number[][] => levels(side).map(([price, size]) => [price as number, size as number]);
    expect(sizes(found.books[0].bids)).toEqual(oracle.bids);
    expect(sizes(found.books[0].asks)).toEqual(oracle.asks);
  });

  test('the first thousand messages of a day are its directory', async () => {
    const oracle = captureJson('itch50/dayopen_first1000.itch.oracle.json');
    const found = await inspect('itch50/dayopen_first1000.itch');
    expect(found).toMatchObject({
      messages: oracle.messages,
      countsByType: oracle.counts_by_type,
      instruments: oracle.stock_directory_size,
      liveOrders: 0,
    });
  });
});
