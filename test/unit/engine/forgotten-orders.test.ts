import { describe, expect, it } from 'vitest';
import { ForgottenOrders } from '../../../engine/orders/forgotten-orders.ts';
import { COUNT } from '../../../engine/orders/order-counts.ts';
import { OrderTable } from '../../../engine/orders/order-table.ts';
import { createOrderTable } from '../../../engine/orders/order-table-layout.ts';
import { reportBench } from '../../support/engine/report-bench.ts';

const HOUSE = 1;

/** 100 filled, of which 40 at 990 are assumed; then the only row is used again. */
const forgotten = (name = 1) => {
  const bench = reportBench(1);
  const row = bench.order(100);
  bench.hear({ clOrd: 1, type: '0', status: '0', id: 'A1', cum: 0, leaves: 100 });
  if (name !== 1) bench.replace(row, 1_000, 100);
  if (name !== 1) bench.hear({ clOrd: name, orig: 1, type: '5', status: '0', id: 'R', cum: 0, leaves: 100 });
  const last = { type: 'F', status: '2', id: 'E2', last: 60, px: 1_010, cum: 100, leaves: 0, average: 1_002 };
  bench.hear({ clOrd: name, ...last });
  bench.order(7);
  return bench;
};
const LATE = { type: 'F', status: '1', id: 'E1', last: 40, px: 995, cum: 40, leaves: 60 };

describe('an execution that was assumed of an order whose row is used again', () => {
  it.each([1, 2])('takes the place of what was assumed, at its own price: told under name %i', (name) => {
    const { hear, position, counts, alerts } = forgotten(name);
    expect(position()).toMatchObject({ quantity: 100, cost: 60 * 1_010 + 40 * 990 });
    hear({ clOrd: name, ...LATE }, { clOrd: name, ...LATE });
    expect(position()).toMatchObject({ quantity: 100, bought: 100, cost: 60 * 1_010 + 40 * 995 });
    expect(position(HOUSE)).toMatchObject({ quantity: 0, bought: 0 });
    expect(counts.of(COUNT.duplicates)).toBe(1);
    expect(alerts).toEqual([]);
  });

  it('counts on where it is more than was assumed, for the strategy, and a person hears of it', () => {
    const { hear, position, alerts } = forgotten();
    hear({ clOrd: 1, ...LATE, last: 50, cum: 110 });
    expect(position()).toMatchObject({ quantity: 110, cost: 60 * 1_010 + 50 * 995 });
    expect(alerts).toEqual([expect.stringContaining('10 bought')]);
  });

  it('of two parts: each takes its share, in any order', () => {
    const { hear, position } = forgotten();
    hear({ clOrd: 1, ...LATE, id: 'E1b', last: 15, cum: 40 }, { clOrd: 1, ...LATE, last: 25, cum: 25 });
    expect(position()).toMatchObject({ quantity: 100, cost: 60 * 1_010 + 40 * 995 });
  });

  it('is taken back by a bust, before or after it comes', () => {
    for (const isBefore of [true, false]) {
      const { hear, position } = forgotten();
      const bust = { clOrd: 1, type: 'H', status: '1', id: 'B', ref: 'E1', cum: 60, leaves: 40 };
      if (!isBefore) hear({ clOrd: 1, ...LATE });
      hear(bust, bust);
      if (isBefore) hear({ clOrd: 1, ...LATE });
      expect(position()).toMatchObject({ quantity: 60, cost: 60 * 1_010 });
      expect(position(HOUSE).quantity).toBe(0);
    }
  });

  it('is corrected, and the correction is taken back by the name of what it corrected', () => {
    const { hear, position } = forgotten();
    hear({ clOrd: 1, ...LATE });
    hear({ clOrd: 1, type: 'G', status: '1', id: 'G', ref: 'E1', last: 30, px: 980, cum: 90, leaves: 10 });
    expect(position()).toMatchObject({ quantity: 90, cost: 60 * 1_010 + 30 * 980 });
    hear({ clOrd: 1, type: 'H', status: '1', id: 'B', ref: 'E1', cum: 60, leaves: 40 });
    expect(position()).toMatchObject({ quantity: 60, cost: 60 * 1_010 });
  });

  it("an order of which nothing was assumed is the house's, as is one of the row's next life", () => {
    const { hear, position } = forgotten();
    hear({ clOrd: 99, ...LATE });
    expect(position(HOUSE).quantity).toBe(40);
    expect(position().quantity).toBe(100);
  });
});

describe('the memory', () => {
  it('lets the oldest go, and says so once in as many as it holds', () => {
    const memory = new ForgottenOrders(2);
    const lost: [number, number][] = [];
    memory.lost = (key, orders) => lost.push([key, orders]);
    const table = new OrderTable(createOrderTable(1, 1));
    for (let key = 1; key <= 7; key += 1) {
      table.key[0] = key;
      table.assumedQuantity[0] = 10;
      memory.keep(table, 0);
    }
    expect(memory.find(5, 0)).toBe(-1);
    expect(memory.find(6, 0)).toBeGreaterThanOrEqual(0);
    expect(lost).toEqual([
      [1, 1],
      [3, 3],
      [5, 5],
    ]);
  });
});
