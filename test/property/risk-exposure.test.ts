/** What is reserved step by step equals what a second look at all orders and positions adds up to. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ORDER_STATE } from '../../engine/domain/order-state.ts';
import { POSITION } from '../../engine/domain/position.ts';
import { OrderTable } from '../../engine/orders/order-table.ts';
import { createOrderTable } from '../../engine/orders/order-table-layout.ts';
import { createPositions, Positions } from '../../engine/orders/positions.ts';
import { EXPOSURE, Exposure, TOTAL } from '../../engine/risk/exposure.ts';
import { OwnBook } from '../../engine/risk/own-book.ts';

const ROWS = 12;
const STRATEGIES = 2;
const INSTRUMENTS = 3;
const FACTOR = [1, 0.5, 10];

const integer = (max: number) => fc.integer({ min: 0, max });
const step = fc.record({
  what: fc.constantFrom('new', 'new', 'fill', 'cancel', 'replace', 'replaced', 'refused', 'house', 'market'),
  row: integer(ROWS - 1),
  strategy: integer(STRATEGIES - 1),
  instrument: integer(INSTRUMENTS - 1),
  side: fc.constantFrom(1, 2),
  price: fc.integer({ min: 1, max: 50 }),
  quantity: fc.integer({ min: 1, max: 100 }),
});

it('exposure of firm and strategies, and the best of the own book, after any course of orders', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const table = new OrderTable(createOrderTable(ROWS, INSTRUMENTS));
      const positions = new Positions(createPositions(STRATEGIES, INSTRUMENTS));
      const exposure = new Exposure(table, positions, INSTRUMENTS, { executed: () => {} });
      const book = new OwnBook(table, INSTRUMENTS);
      positions.listener = exposure;
      const marks = new Float64Array(INSTRUMENTS).fill(20);
      for (let handle = 0; handle < INSTRUMENTS; handle += 1) {
        exposure.addInstrument({
          handle,
          symbol: `S${handle}`,
          priceScale: 10_000,
          tickSize: 1,
          lotSize: 1,
          multiplier: FACTOR[handle] as number,
        });
        exposure.marketMoved(handle, marks.subarray(handle, handle + 1));
      }
      const open = (row: number) =>
        table.state[row] === ORDER_STATE.new || table.state[row] === ORDER_STATE.pendingReplace;
      const told = (row: number) => {
        const replacing = table.replaceOrdinal[row] !== 0;
        exposure.reserve(row, replacing);
        book.order(row, replacing);
      };
      for (const { what, row, strategy, instrument, side, price, quantity } of steps) {
        if (what === 'market') {
          marks[instrument] = price;
          exposure.marketMoved(instrument, marks.subarray(instrument, instrument + 1));
        } else if (what === 'house') positions.fill(positions.house, instrument, side, price, quantity);
        else if (what === 'new') {
          if (open(row)) continue;
          table.strategy[row] = strategy;
          table.instrument[row] = instrument;
          table.side[row] = side;
          table.price[row] = price;
          table.leaves[row] = quantity;
          table.quantity[row] = quantity;
          table.cumQuantity[row] = 0;
          table.replaceOrdinal[row] = 0;
          table.state[row] = ORDER_STATE.new;
        } else if (!open(row)) continue;
        else if (what === 'fill') {
          const filled = Math.min(quantity, table.leaves[row] as number);
          table.leaves[row] = (table.leaves[row] as number) - filled;
          table.cumQuantity[row] = (table.cumQuantity[row] as number) + filled;
          positions.fill(
            table.strategy[row] as number,
            table.instrument[row] as number,
            table.side[row] as number,
            price,
            filled,
          );
          if (table.leaves[row] === 0) table.state[row] = ORDER_STATE.filled;
        } else if (what === 'cancel') {
          table.state[row] = ORDER_STATE.cancelled;
          table.leaves[row] = 0;
        } else if (what === 'replace') {
          table.newPrice[row] = price;
          table.newQuantity[row] = (table.cumQuantity[row] as number) + quantity;
          table.replaceOrdinal[row] = 1;
          table.state[row] = ORDER_STATE.pendingReplace;
        } else if (table.replaceOrdinal[row] === 1) {
          if (what === 'replaced') {
            table.price[row] = table.newPrice[row] as number;
            table.quantity[row] = table.newQuantity[row] as number;
            table.leaves[row] = (table.quantity[row] as number) - (table.cumQuantity[row] as number);
          }
          table.replaceOrdinal[row] = 0;
          table.state[row] = ORDER_STATE.new;
        }
        if (what !== 'market' && what !== 'house') told(row);
        compare(table, positions, exposure, book, marks);
      }
    }),
    { numRuns: 300 },
  );
});

/** Adds everything up anew, in the plainest way. */
function compare(
  table: OrderTable,
  positions: Positions,
  exposure: Exposure,
  book: OwnBook,
  marks: Float64Array,
): void {
  const rows = Array.from({ length: ROWS }, (_, row) => row).filter(
    (row) => table.state[row] === ORDER_STATE.new || table.state[row] === ORDER_STATE.pendingReplace,
  );
  const leaves = (row: number): number => {
    const left = table.leaves[row] as number;
    if (table.replaceOrdinal[row] === 0) return left;
    return Math.max(left, (table.newQuantity[row] as number) - (table.cumQuantity[row] as number));
  };
  const prices = (row: number): number[] =>
    [table.price[row] as number].concat(table.replaceOrdinal[row] === 0 ? [] : [table.newPrice[row] as number]);
  for (let owner = 0; owner <= exposure.firm; owner += 1) {
    const own = rows.filter((row) => owner === exposure.firm || table.strategy[row] === owner);
    const total = { openMoney: 0, gross: 0, long: 0, short: 0 };
    for (let handle = 0; handle < INSTRUMENTS; handle += 1) {
      const factor = FACTOR[handle] as number;
      const working = (side: number) =>
        own
          .filter((row) => table.instrument[row] === handle && table.side[row] === side)
          .reduce((sum, row) => sum + leaves(row), 0);
      const held = (owner === exposure.firm ? [0, 1, positions.house] : [owner]).reduce(
        (sum, each) => sum + (positions.all[positions.at(each, handle) + POSITION.quantity] as number),
        0,
      );
      const at = exposure.at(owner, handle);
      expect(exposure.exposures[at + EXPOSURE.quantity]).toBe(held);
      expect(exposure.exposures[at + EXPOSURE.workingBuy]).toBe(working(1));
      expect(exposure.exposures[at + EXPOSURE.workingSell]).toBe(working(2));
      const long = Math.round((held + working(1)) * (marks[handle] as number) * factor);
      const short = Math.round((held - working(2)) * (marks[handle] as number) * factor);
      total.long += long;
      total.short += short;
      total.gross += Math.max(Math.abs(long), Math.abs(short));
    }
    for (const row of own)
      total.openMoney += Math.round(
        Math.max(...prices(row)) * leaves(row) * (FACTOR[table.instrument[row] as number] as number),
      );
    const at = owner * TOTAL.doubles;
    expect(exposure.totals[at + TOTAL.openOrders]).toBe(own.length);
    for (const name of ['openMoney', 'gross', 'long', 'short'] as const)
      expect(exposure.totals[at + TOTAL[name]], name).toBe(total[name]);
  }
  for (let handle = 0; handle < INSTRUMENTS; handle += 1) {
    const best = (side: number) =>
      rows.filter((row) => table.instrument[row] === handle && table.side[row] === side).flatMap(prices);
    for (let price = 0; price <= 51; price += 1) {
      const cells = Float64Array.of(price);
      expect(book.crosses(handle, 1, cells, 0)).toBe(best(2).some((each) => each <= price));
      expect(book.crosses(handle, 2, cells, 0)).toBe(best(1).some((each) => each >= price));
    }
  }
}
