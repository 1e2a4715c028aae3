/** What `bench fix` has everybody parse and encode looks like trading: nobody's cache wins by equal fields. */
import { expect, it } from 'vitest';
import { type BenchOrder, ORDERS, orderLine, parseOrders, recordedOrders } from '../../../bench/fix/orders.ts';

const orders = await recordedOrders();
const share = (is: (order: BenchOrder) => boolean): number => orders.filter(is).length / ORDERS;

it('AvgPx is another price than LastPx where there were fills before, and lies between them and the limit', () => {
  expect(share((order) => order.averagePrice !== order.price)).toBeGreaterThan(0.3);
  expect(share((order) => order.averagePrice === order.price)).toBeGreaterThan(0.3);
  for (const { averagePrice, price, side, cumQuantity, lastQuantity } of orders) {
    const better = (price - averagePrice) * (side === 1 ? 1 : -1);
    expect(Number.isInteger(averagePrice)).toBe(true);
    expect(better).toBeGreaterThanOrEqual(0);
    expect(better).toBeLessThanOrEqual(400);
    if (cumQuantity === lastQuantity) expect(averagePrice).toBe(price);
  }
});

it('quantities add up: partial fills, later ones and whole ones all occur', () => {
  for (const { quantity, cumQuantity, lastQuantity, ordStatus } of orders) {
    expect(lastQuantity).toBeGreaterThan(0);
    expect(cumQuantity).toBeGreaterThanOrEqual(lastQuantity);
    expect(cumQuantity).toBeLessThanOrEqual(quantity);
    expect(ordStatus).toBe(cumQuantity === quantity ? 2 : 1);
  }
  expect(share(({ ordStatus }) => ordStatus === 1)).toBeGreaterThan(0.25);
  expect(share(({ cumQuantity, lastQuantity }) => cumQuantity > lastQuantity)).toBeGreaterThan(0.25);
  expect(share(({ quantity, lastQuantity }) => quantity === lastQuantity)).toBeGreaterThan(0.25);
});

it('TransactTime is up to three milliseconds before SendingTime, and most often another', () => {
  for (const { timeMs, transactMs } of orders) expect([0, 1, 2, 3]).toContain(timeMs - transactMs);
  expect(share(({ timeMs, transactMs }) => timeMs !== transactMs)).toBeGreaterThan(0.6);
  expect(share(({ timeMs, transactMs }) => timeMs === transactMs)).toBeGreaterThan(0.1);
});

it('travels to subjects of other languages as a line', () => {
  expect(parseOrders(orders.map(orderLine).join('\n'))).toEqual(orders);
});
