/** Real Nasdaq messages against what independent decoders made of them (captures/itch50). */
import { describe, expect, test } from 'vitest';
import { createByteRing, feedRecording } from '../../../app/recording/recording-feeder.ts';
import { CELL, DEPTH, type FeedReceiver, INTEREST, native, POLL, TICK } from '../../../native/index.ts';
import { capture, captureJson, capturesReason } from '../../support/captures.ts';
import { feedMemory } from '../../support/feed.ts';

const LEVELS = 5;

interface Decoded {
  receiver: FeedReceiver;
  cells: Float64Array;
  record: Float64Array;
  depth: Float64Array;
  events: number;
}

/** Feeder and reader on one thread, through a ring much smaller than the file. */
async function decode(name: string, limitSequence = Number.POSITIVE_INFINITY): Promise<Decoded> {
  const ring = createByteRing(1);
  const feed = await feedRecording(capture(name), ring);
  const memory = feedMemory(LEVELS);
  const { cells, record, depth } = memory;
  cells[CELL.limitSequence] = limitSequence;
  const receiver = new (native().FeedReceiver)({
    source: { kind: 'recording', ring, format: feed.format, speed: 0 },
    ...memory,
  });
  receiver.subscribe('AAPL', INTEREST.book);
  let events = 0;
  for (let more = true; more && cells[CELL.sequence]! < limitSequence; ) {
    more = await feed.pump();
    for (let result = receiver.poll(); result !== POLL.idle; result = receiver.poll()) {
      if (result === POLL.event) events++;
    }
  }
  await feed.close();
  return { receiver, cells, record, depth, events };
}

const triples = (levels: { price: number; size: number; orders: number }[]) =>
  levels.map((level) => [level.price, level.size, level.orders]);

describe.skipIf(capturesReason)(`TotalView-ITCH captures${capturesReason ? ` (${capturesReason})` : ''}`, () => {
  const oracle = capturesReason ? {} : captureJson('itch50/aapl_20200130_locate13_10k.itch.oracle.json');

  for (const file of ['itch50/aapl_20200130_locate13_10k.itch', 'itch50/aapl_20200130_moldudp64.pcap']) {
    test(`${file} equals its oracle`, async () => {
      const { receiver, cells, record, depth, events } = await decode(file);
      const summary = receiver.summary();
      expect(summary.messages).toBe(oracle.messages);
      expect(summary.countsByType).toEqual(oracle.counts_by_type);
      expect(summary.operations).toEqual({
        adds: oracle.order_ops.adds,
        executes: oracle.order_ops.executes,
        partialCancels: oracle.order_ops.partial_cancels,
        deletes: oracle.order_ops.deletes,
        replaces: oracle.order_ops.replaces,
      });
      expect(summary).toMatchObject({
        firstTimeNs: oracle.first_timestamp_ns,
        lastTimeNs: oracle.last_timestamp_ns,
        liveOrders: oracle.live_orders_at_end,
        maxLiveOrders: oracle.max_live_orders,
        instruments: oracle.stock_directory_size,
        ...{ gaps: 0, lostMessages: 0, duplicates: 0, malformed: 0, unknownOrders: 0 },
        ...{ overReductions: 0, duplicateOrders: oracle.duplicate_add_refs, truncated: false, stale: false },
      });
      const pcap = file.endsWith('.pcap');
      expect(summary.packets).toBe(pcap ? 14_511 : 0);
      expect(summary.session).toBe(pcap ? 'REPLAY0001' : '');
      expect(summary.group).toBe(pcap ? '239.54.12.111:26477' : '');

      const [stock] = oracle.top_stocks;
      const [book, ...others] = receiver.books(LEVELS);
      expect(others).toEqual([]);
      expect(book).toMatchObject({
        symbol: stock.stock,
        locate: stock.locate,
        messages: stock.book_messages,
        bidLevels: stock.bid_levels,
        askLevels: stock.ask_levels,
        bidOrders: stock.bid_orders,
        askOrders: stock.ask_orders,
      });
      expect(triples(book!.bids)).toEqual(stock.bid_depth5);
      expect(triples(book!.asks)).toEqual(stock.ask_depth5);

      // The same once more from the shared arrays, as a strategy reads it.
      const drawn = Array.from({ length: 2 * LEVELS }, (_, level) =>
        Array.from(depth.subarray(DEPTH.header + level * DEPTH.perLevel, DEPTH.header + (level + 1) * DEPTH.perLevel)),
      );
      expect(drawn).toEqual([...stock.bid_depth5, ...stock.ask_depth5]);
      expect(events).toBe(stock.book_messages);
      expect(record[TICK.bid]).toBe(stock.best_bid_px4);
      expect(record[TICK.askSize]).toBe(stock.best_ask_shares);
      expect(cells[CELL.nowNs]).toBe(oracle.last_timestamp_ns);
      expect(cells[CELL.sourceEnded]).toBe(1);
      receiver.close();
    });

    test(`${file} after 1,001 messages equals the third party's book`, async () => {
      const expected = captureJson('itch50/aapl_20200130_after1001.thirdparty.json');
      const { receiver, cells } = await decode(file, expected.after_messages);
      expect(cells[CELL.sequence]).toBe(expected.after_messages);
      expect(cells[CELL.liveOrders]).toBe(expected.live_orders);
      const pairs = new Float64Array(200);
      for (const [side, levels] of [
        [1, expected.bids],
        [2, expected.asks],
      ]) {
        const written = receiver.levels(0, side, pairs);
        expect(Array.from({ length: written }, (_, n) => [pairs[2 * n], pairs[2 * n + 1]])).toEqual(levels);
      }
      receiver.close();
    });
  }

  test('the first 1,000 messages of a day equal their oracle', async () => {
    const day = captureJson('itch50/dayopen_first1000.itch.oracle.json');
    const { receiver } = await decode('itch50/dayopen_first1000.itch');
    const summary = receiver.summary();
    expect(summary.countsByType).toEqual(day.counts_by_type);
    expect(summary.instruments).toBe(day.stock_directory_size);
    expect(summary).toMatchObject({ malformed: 0, stale: false });
    expect(receiver.books(1)).toEqual([]);
    receiver.close();
  });
});
