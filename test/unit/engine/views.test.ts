import { expect, it } from 'vitest';
import { DepthBookView } from '../../../engine/market/depth-book-view.ts';
import { RecordTickView, RecordTradeView } from '../../../engine/market/record-views.ts';
import { DEPTH, DETAIL, depthStride, EVENT, RECORD_DOUBLES, TICK } from '../../../native/layout.ts';

const LEVELS = 2;

it('a book view reads the levels that exist, and NaN behind them, whatever lies there from earlier', () => {
  const depth = new Float64Array(2 * depthStride(LEVELS)).fill(9);
  const base = depthStride(LEVELS);
  const book = new DepthBookView(depth, 1, LEVELS);
  // The side has five levels; two of them are kept.
  depth[base + DEPTH.bidLevels] = 5;
  depth[base + DEPTH.askLevels] = 1;
  depth[base + DEPTH.stale] = 0;
  depth[base + DEPTH.halted] = 1;
  depth.set([100, 7, 3, 99, 8, 4, 102, 6, 2], base + DEPTH.header);
  expect([book.bidLevels, book.askLevels, book.mid, book.stale, book.halted]).toEqual([2, 1, 101, false, true]);
  expect([book.bidPrice(1), book.bidSize(1), book.bidOrders(1)]).toEqual([99, 8, 4]);
  expect([book.askPrice(0), book.askSize(0), book.askOrders(0)]).toEqual([102, 6, 2]);
  for (const level of [2, -1, Number.NaN]) expect(book.bidPrice(level)).toBeNaN();
  expect(book.askSize(1)).toBeNaN();
  const kept = book.snapshot();
  depth[base + DEPTH.askLevels] = 0;
  expect(book.mid).toBeNaN();
  expect(kept).toEqual({
    bids: [
      { price: 100, size: 7, orders: 3 },
      { price: 99, size: 8, orders: 4 },
    ],
    asks: [{ price: 102, size: 6, orders: 2 }],
  });
});

it('snapshots of the record stay what they were', () => {
  const record = new Float64Array(RECORD_DOUBLES);
  const fields = { kind: EVENT.execute, instrument: 3, side: 2, price: 500, size: 10, sequence: 77, exchangeTimeNs: 5 };
  for (const [name, value] of Object.entries(fields)) record[TICK[name as keyof typeof TICK]] = value;
  record[DETAIL.printable] = 1;
  const tick = new RecordTickView(record).snapshot();
  const trade = new RecordTradeView(record).snapshot();
  record.fill(0);
  expect(tick).toMatchObject(fields);
  expect(trade).toEqual({ ...fields, printable: true });
});
