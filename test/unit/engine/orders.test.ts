import { describe, expect, it } from 'vitest';
import { type Order, Side } from '../../../engine/index.ts';
import { openOrders } from '../../../engine/orders/open-orders.ts';
import { createOrderTable } from '../../../engine/orders/order-table-layout.ts';
import type { Context, SendResult } from '../../../engine/strategy/context.ts';
import { defineStrategy } from '../../../engine/strategy/define-strategy.ts';
import { quote } from '../../support/engine/fake-feed.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

/** A strategy that does what the test says, and remembers what it hears. */
const puppet = () => {
  const heard: string[] = [];
  let ctx!: Context;
  const definition = defineStrategy({
    name: 'puppet',
    setup(given) {
      ctx = given as Context;
      given.instrument('AAPL');
    },
    onOrder(order) {
      heard.push(`${order.event}:${order.state}:${order.filledQuantity}/${order.quantity}`);
    },
  });
  return { definition, heard, ctx: () => ctx, stock: () => ctx.instrument('AAPL') };
};

const started = (shared: { orders?: SharedArrayBuffer } = {}) => {
  const strategy = puppet();
  const made = testEngine([strategy.definition], { shared });
  made.feed.push(quote('AAPL', 3_200_000, 100, 3_201_000, 100));
  made.settle();
  const { ctx, stock, heard } = strategy;
  const buy = (price = 3_200_000, quantity = 100): SendResult => ctx().orders.limit(stock(), Side.Buy, price, quantity);
  const bought = (): Order => {
    const result = buy();
    if (!result.ok) throw new Error(result.reason);
    return result.order;
  };
  return { ...made, ctx, stock, heard, buy, bought };
};

describe('the life of an order', () => {
  it('goes from pending to filled, and the position follows', () => {
    const { bought, gateway, settle, heard, ctx, stock, engine } = started();
    const order = bought();
    expect(order).toMatchObject({ id: 1, state: 'pendingNew', symbol: 'AAPL', leaves: 100, side: Side.Buy });
    expect(ctx().working(stock(), Side.Buy)).toBe(100);
    expect(ctx().isFlat(stock())).toBe(false);
    gateway.acknowledge(1);
    gateway.fill(1, 40, 3_199_900, 40, 60);
    gateway.fill(1, 60, 3_200_000, 100, 0);
    settle();
    expect(heard).toEqual(['accepted:new:0/100', 'fill:partiallyFilled:40/100', 'fill:filled:100/100']);
    expect(ctx().position(stock())).toBe(100);
    expect(ctx().working(stock())).toBe(0);
    expect(order.state === 'filled' && order.averagePrice).toBe(3_199_960);
    expect(engine.stats().positions[0]).toMatchObject({ quantity: 100, averagePrice: '319.9960', realizedPnl: '0.00' });
  });

  it('ignores an execution that comes twice', () => {
    const { bought, gateway, settle, heard, ctx, stock, engine } = started();
    bought();
    gateway.fill(1, 40, 3_200_000, 40, 60);
    gateway.fill(1, 40, 3_200_000, 40, 60);
    settle();
    expect(heard).toEqual(['fill:partiallyFilled:40/100']);
    expect(ctx().position(stock())).toBe(40);
    expect(engine.stats().reports).toMatchObject({ executions: 1, duplicates: 1 });
    expect(engine.stats().orders.acknowledged).toBe(1);
  });

  it('is cancelled, by its own name', () => {
    const { bought, gateway, settle, heard, ctx, stock } = started();
    const order = bought();
    gateway.acknowledge(1);
    settle();
    expect(ctx().orders.cancel(order)).toMatchObject({ ok: true });
    expect(gateway.last).toMatchObject({ kind: 'cancel', ordinal: 2, orig: 1 });
    expect(order.state).toBe('pendingCancel');
    expect(ctx().orders.cancel(order)).toEqual({ ok: false, reason: 'RequestPending' });
    gateway.reply({ clOrdOrdinal: 2, origClOrdOrdinal: 1, execType: '4', ordStatus: '4', cumQuantity: 0 });
    settle();
    expect(heard).toEqual(['accepted:new:0/100', 'cancelled:cancelled:0/100']);
    expect(ctx().working(stock())).toBe(0);
    expect(ctx().orders.cancel(order)).toEqual({ ok: false, reason: 'OrderNotWorking' });
  });

  it('fills while its cancel is under way; the late refusal of the cancel changes nothing', () => {
    const { bought, gateway, settle, heard, ctx, engine } = started();
    const order = bought();
    gateway.acknowledge(1);
    settle();
    ctx().orders.cancel(order);
    gateway.fill(1, 100, 3_200_000, 100, 0);
    gateway.reply({ clOrdOrdinal: 2, origClOrdOrdinal: 1, cancelReject: true, ordStatus: '2' });
    settle();
    expect(heard).toEqual(['accepted:new:0/100', 'fill:filled:100/100']);
    expect(engine.stats().requests).toMatchObject({ cancels: 1, cancelRejects: 1 });
    expect(engine.stats().orders).toMatchObject({ filled: 1, cancelled: 0, open: 0 });
  });

  it.each([
    ['CumQty(14)', { cumQuantity: 30, lastQuantity: 30 }, 30],
    ['LastQty(32) when there is no CumQty(14)', { lastQuantity: 30 }, 30],
    ['nothing', {}, 0],
  ])('is filled after it was cancelled, by %s', (_by, report, position) => {
    const { bought, gateway, settle, ctx, stock, engine } = started();
    bought();
    gateway.reply({ clOrdOrdinal: 1, execType: '4', ordStatus: '4', cumQuantity: 0 });
    gateway.reply({ clOrdOrdinal: 1, execType: 'F', ordStatus: '4', lastPrice: 3_200_000, ...report });
    settle();
    expect(ctx().position(stock())).toBe(position);
    expect(engine.stats().reports).toMatchObject({ late: 1, executions: position === 0 ? 0 : 1 });
  });

  it('is replaced, keeps its row, and answers to its new name', () => {
    const { bought, gateway, settle, heard, ctx, stock } = started();
    const order = bought();
    expect(ctx().orders.replace(order, 3_200_100, 50)).toEqual({ ok: false, reason: 'RequestPending' });
    gateway.acknowledge(1);
    settle();
    expect(ctx().orders.replace(order, 3_200_100, 50)).toMatchObject({ ok: true });
    expect(gateway.last).toMatchObject({ kind: 'replace', ordinal: 2, orig: 1, price: 3_200_100, quantity: 50 });
    expect(order.state).toBe('pendingReplace');
    gateway.reply({ clOrdOrdinal: 2, origClOrdOrdinal: 1, execType: '5', ordStatus: '0', leavesQuantity: 50 });
    settle();
    expect(order).toMatchObject({ id: 2, state: 'replaced', price: 3_200_100, quantity: 50, leaves: 50 });
    expect(ctx().working(stock())).toBe(50);
    ctx().orders.cancel(order);
    expect(gateway.last).toMatchObject({ kind: 'cancel', ordinal: 3, orig: 2 });
    // A fill that crossed the replacement on its way still names the order by its old ClOrdID(11).
    gateway.fill(1, 20, 3_200_000, 20, 30);
    settle();
    expect(order).toMatchObject({ state: 'pendingCancel', filledQuantity: 20, leaves: 30 });
    expect(heard.at(-1)).toBe('fill:pendingCancel:20/50');
  });

  it('is filled when a fill crosses the replacement that asks for no more than it', () => {
    const { bought, gateway, settle, heard, ctx, stock, engine } = started();
    const order = bought();
    gateway.acknowledge(1);
    settle();
    ctx().orders.replace(order, 3_200_000, 40);
    gateway.fill(1, 40, 3_200_000, 40, 60);
    gateway.reply({ clOrdOrdinal: 2, origClOrdOrdinal: 1, execType: '5', ordStatus: '2', leavesQuantity: 0 });
    settle();
    expect(heard.slice(1)).toEqual(['fill:pendingReplace:40/100', 'replaced:filled:40/40']);
    expect(ctx().working(stock())).toBe(0);
    expect(engine.stats().orders).toMatchObject({ filled: 1, open: 0 });
  });

  it('goes back to what it was when a replace is refused', () => {
    const { bought, gateway, settle, heard, ctx } = started();
    const order = bought();
    gateway.fill(1, 40, 3_200_000, 40, 60);
    settle();
    ctx().orders.replace(order, 3_200_100, 80);
    gateway.reply({ clOrdOrdinal: 2, origClOrdOrdinal: 1, cancelReject: true, ordStatus: '1', text: () => 'no' });
    settle();
    expect(heard.at(-1)).toBe('replaceRejected:partiallyFilled:40/100');
    expect(order.price).toBe(3_200_000);
    expect(ctx().orders.replace(order, 3_200_100, 40)).toEqual({ ok: false, reason: 'InvalidQuantity' });
  });

  it('is rejected with the words of the venue', () => {
    const { bought, gateway, settle, ctx, stock, engine } = started();
    const order = bought();
    gateway.reply({ clOrdOrdinal: 1, execType: '8', ordStatus: '8', text: () => 'unknown account' });
    settle();
    expect(order).toMatchObject({ state: 'rejected', reason: 'unknown account', leaves: 0 });
    expect(ctx().isFlat(stock())).toBe(true);
    expect(engine.stats().orders).toMatchObject({ sent: 1, acknowledged: 0, rejected: 1 });
  });

  it('is in doubt when the session goes before the answer, and is what the venue says afterwards', () => {
    const { bought, buy, gateway, settle, heard, engine } = started();
    const order = bought();
    gateway.dropSession('the peer closed the connection');
    settle();
    expect(order).toMatchObject({ state: 'inDoubt', reason: 'the peer closed the connection' });
    expect(engine.stats().orders).toMatchObject({ sent: 1, inDoubt: 1 });
    expect(engine.stats().sessionLost).toBe('the peer closed the connection');
    expect(buy()).toEqual({ ok: false, reason: 'NotArmed' });
    gateway.fill(1, 100, 3_200_000, 100, 0);
    gateway.poll();
    expect(heard).toEqual(['inDoubt:inDoubt:0/100', 'fill:filled:100/100']);
    expect(engine.stats().orders).toMatchObject({ acknowledged: 1, inDoubt: 0, filled: 1 });
  });

  it('counts reports of orders that are not of this run', () => {
    const { gateway, settle, engine } = started();
    gateway.fill(77, 100, 3_200_000, 100, 0);
    settle();
    expect(engine.stats().reports).toMatchObject({ unknown: 1, executions: 0 });
  });

  it('can be seen, with its symbol, by another thread', () => {
    const orders = createOrderTable(16, 8);
    const { bought, gateway, settle } = started({ orders });
    bought();
    gateway.acknowledge(1);
    settle();
    expect(openOrders(orders)).toEqual([
      expect.objectContaining({ ordinal: 1, symbol: 'AAPL', side: 1, price: 3_200_000, leaves: 100, state: 'new' }),
    ]);
    gateway.fill(1, 100, 3_200_000, 100, 0);
    settle();
    expect(openOrders(orders)).toEqual([]);
  });

  it('finds no row when as many are open as the table holds', () => {
    const { buy, gateway, settle } = started({ orders: createOrderTable(2, 8) });
    expect([buy().ok, buy().ok, buy()]).toEqual([true, true, { ok: false, reason: 'OrderTableFull' }]);
    gateway.fill(1, 100, 3_200_000, 100, 0);
    settle();
    expect(buy()).toMatchObject({ ok: true });
    expect(gateway.last.ordinal).toBe(3);
  });

  it('leaves no trace when the transport takes no more', () => {
    const orders = createOrderTable(4, 8);
    const { buy, gateway, engine, ctx, stock } = started({ orders });
    gateway.result = -2;
    expect(buy()).toEqual({ ok: false, reason: 'TransportFull' });
    gateway.result = -1;
    expect(buy()).toEqual({ ok: false, reason: 'SessionNotReady' });
    expect(openOrders(orders)).toEqual([]);
    expect(ctx().isFlat(stock())).toBe(true);
    expect(engine.stats().orders).toMatchObject({ sent: 0, refusedByRisk: 2, open: 0 });
  });
});
