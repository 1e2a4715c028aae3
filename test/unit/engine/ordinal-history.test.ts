import { expect, it } from 'vitest';
import { ORDER_STATE } from '../../../engine/domain/order-state.ts';
import { IMAGE, IMAGE_DOUBLES } from '../../../engine/journal/records.ts';
import { OrderTable } from '../../../engine/orders/order-table.ts';
import { createOrderTable } from '../../../engine/orders/order-table-layout.ts';

/** One row, so that every order has it after the one before. */
const tableOf = (): OrderTable => new OrderTable(createOrderTable(1, 4));
const name = (table: OrderTable, row: number, ordinal: number): void => {
  table.setReplace(row, ordinal);
  table.promoteReplace(row);
};

it('a name leads to its order for as long as the row is that order’s, whatever numbers come after', () => {
  const table = tableOf();
  const row = table.take(100);
  for (const ordinal of [101, 102, 103]) name(table, row, ordinal);
  expect([100, 101, 102, 103].map((ordinal) => table.find(ordinal))).toEqual([row, row, row, row]);
  table.release(row);
  expect(table.find(101)).toBe(row);
  // An order that is taken over has the number of an earlier run.
  table.take(77);
  expect([100, 101, 102, 103, 77].map((ordinal) => table.find(ordinal))).toEqual([-1, -1, -1, -1, row]);
});

it('an order that gave way with something assumed is found by its names only', () => {
  const table = tableOf();
  const row = table.take(100);
  name(table, row, 101);
  name(table, row, 102);
  table.assumedQuantity[row] = 5;
  table.release(row);
  table.take(77);
  expect([100, 101, 102].map((ordinal) => table.findForgotten(ordinal))).toEqual([0, 0, 0]);
  expect([77, 90, 103].map((ordinal) => table.findForgotten(ordinal))).toEqual([-1, -1, -1]);
});

it('an order of an earlier run is found by the name that it had last', () => {
  const table = tableOf();
  const image = new Float64Array(IMAGE_DOUBLES);
  image[IMAGE.key] = 7;
  image[IMAGE.ordinal] = 9;
  image[IMAGE.previousOrdinal] = 8;
  image[IMAGE.state] = ORDER_STATE.new;
  const row = table.restore(image, 0, 0, 0);
  for (const ordinal of [20, 21, 22]) name(table, row, ordinal);
  expect([7, 8, 9, 20, 21, 22].map((ordinal) => table.find(ordinal))).toEqual([row, row, row, row, row, row]);
});
