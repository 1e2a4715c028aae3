import { describe, expect, it } from 'vitest';
import { Side } from '../../../engine/index.ts';
import type { Context } from '../../../engine/strategy/context.ts';
import { defineStrategy } from '../../../engine/strategy/define-strategy.ts';
import { CELL, EVENT } from '../../../native/layout.ts';
import { quote } from '../../support/engine/fake-feed.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

const S = 1e9;

const trader = (options: Parameters<typeof testEngine>[1] = {}, count = 1) => {
  const contexts: Context[] = [];
  const definition = defineStrategy({
    name: 'trader',
    setup(ctx) {
      contexts.push(ctx as Context);
      ctx.instrument('AAPL');
    },
    onBook() {},
    onStatus() {},
    onTrade() {},
  });
  const made = testEngine(new Array(count).fill(definition), options);
  made.feed.push(quote('AAPL', 3_200_000, 100, 3_201_000, 100));
  made.settle();
  const order = (price: number, quantity = 100, strategy = 0): string => {
    const ctx = contexts[strategy]!;
    const result = ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, price, quantity);
    return result.ok ? 'sent' : result.reason;
  };
  return { ...made, order, ctx: contexts[0]! };
};

describe('risk checks', () => {
  it('refuse what is wrong with an order, each by its own name', () => {
    const { order, engine } = trader({ risk: { maxQuantity: 1_000, maxNotional: 100_000, collar: 0.05 } });
    expect(order(3_200_000)).toBe('sent');
    expect(order(Number.NaN)).toBe('NoPrice');
    expect(order(Number.POSITIVE_INFINITY)).toBe('NoPrice');
    expect(order(3_200_000, 0)).toBe('InvalidQuantity');
    expect(order(3_200_000, 1.5)).toBe('InvalidQuantity');
    expect(order(3_200_000, Number.NaN)).toBe('InvalidQuantity');
    expect(order(3_200_000, 1_001)).toBe('MaxQuantity');
    expect(order(3_200_000, 400)).toBe('MaxNotional');
    expect(order(3_200_050)).toBe('TickSize');
    // 5 % around the mid of 320.05.
    expect(order(3_360_500)).toBe('sent');
    expect(order(3_360_600)).toBe('PriceCollar');
    expect(order(3_040_500)).toBe('sent');
    expect(order(3_040_400)).toBe('PriceCollar');
    expect(engine.stats().refusals).toEqual({
      NoPrice: 2,
      InvalidQuantity: 3,
      MaxQuantity: 1,
      MaxNotional: 1,
      TickSize: 1,
      PriceCollar: 2,
    });
    expect(engine.stats().orders).toMatchObject({ sent: 3, refusedByRisk: 10 });
  });

  it('hold lots', () => {
    const { order } = trader({
      instrumentSpec: () => ({ priceScale: 10_000, tickSize: 100, lotSize: 100, multiplier: 1 }),
    });
    expect(order(3_200_000, 150)).toBe('LotSize');
    expect(order(3_200_000, 200)).toBe('sent');
  });

  it('take the last trade where a side of the book is empty, and refuse without either', () => {
    const { order, feed, settle } = trader();
    feed.push({ ...quote('AAPL', 3_200_000, 100, Number.NaN, 0) });
    settle();
    expect(order(3_200_000)).toBe('NoReferencePrice');
    feed.push({ kind: EVENT.trade, symbol: 'AAPL', price: 3_300_000, size: 10 });
    settle();
    expect(order(3_200_000)).toBe('sent');
    expect(order(3_100_000)).toBe('PriceCollar');
  });

  it('refuse a stale or halted book; cancels pass', () => {
    const { order, feed, settle, gateway, ctx } = trader();
    const resting = ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, 3_200_000, 100);
    const kept = resting.ok ? resting.order : undefined;
    gateway.acknowledge(1);
    feed.push({ kind: EVENT.tradingAction, symbol: 'AAPL', code: 'H' });
    settle();
    expect(order(3_200_000)).toBe('Halted');
    feed.push({ kind: EVENT.tradingAction, symbol: 'AAPL', code: 'T' });
    feed.push({ kind: EVENT.gap });
    settle();
    expect(order(3_200_000)).toBe('StaleBook');
    expect(ctx.orders.cancel(kept!).ok).toBe(true);
  });

  it('need arming and a session, in this order', () => {
    const { order, engine, gateway } = trader({ armed: false });
    gateway.ready = false;
    expect(order(Number.NaN)).toBe('NotArmed');
    engine.arm();
    expect(order(Number.NaN)).toBe('SessionNotReady');
    gateway.ready = true;
    expect(order(Number.NaN)).toBe('NoPrice');
    engine.disarm();
    expect(order(3_200_000)).toBe('NotArmed');
  });

  it('hold the rate of an engine and of a strategy on engine time; refusals take no token', () => {
    const { order, feed } = trader({ risk: { ordersPerSecond: 5, eachStrategy: { ordersPerSecond: 3 } } }, 2);
    expect([order(Number.NaN), order(1), order(3_200_050)]).toEqual(['NoPrice', 'TickSize', 'TickSize']);
    expect([1, 2, 3, 4].map(() => order(3_200_000))).toEqual(['sent', 'sent', 'sent', 'StrategyOrderRate']);
    expect([1, 2, 3].map(() => order(3_200_000, 100, 1))).toEqual(['sent', 'sent', 'OrderRate']);
    feed.cells[CELL.nowNs] = (feed.cells[CELL.nowNs] as number) + 0.4 * S;
    expect([1, 2].map(() => order(3_200_000))).toEqual(['sent', 'StrategyOrderRate']);
    feed.cells[CELL.nowNs] = (feed.cells[CELL.nowNs] as number) + 10 * S;
    expect([1, 2, 3, 4].map(() => order(3_200_000))).toEqual(['sent', 'sent', 'sent', 'StrategyOrderRate']);
  });
});
