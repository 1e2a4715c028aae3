import { describe, expect, it } from 'vitest';
import { defineStrategy, type ImbalanceSnapshot, type ImbalanceView, snapshot } from '../../../engine/index.ts';
import { EVENT, INTEREST } from '../../../native/layout.ts';
import { puppetEngine } from '../../support/engine/puppet.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

describe('imbalances', () => {
  it('reach onImbalance and imbalance$, and are asked of the feed for whoever wants them', () => {
    const heard: ImbalanceSnapshot[] = [];
    const handler = defineStrategy({
      name: 'handler',
      setup: (ctx) => void ctx.instrument('AAPL'),
      onImbalance: (imbalance: ImbalanceView) => void heard.push(imbalance.snapshot()),
    });
    const stream = defineStrategy({
      name: 'stream',
      setup: (ctx) =>
        void ctx
          .instrument('AAPL')
          .imbalance$.pipe(snapshot())
          .subscribe((copy) => heard.push(copy)),
    });
    const other = defineStrategy({ name: 'other', setup: (ctx) => void ctx.instrument('MSFT'), onBook: () => {} });
    const { feed, settle } = testEngine([handler, stream, other]);
    expect(feed.interests).toEqual([INTEREST.imbalance, INTEREST.book]);
    feed.push({ kind: EVENT.imbalance, symbol: 'AAPL', side: 2, price: 10_020, size: 900, code: 'C' });
    settle();
    expect(heard).toHaveLength(2);
    expect(heard[0]).toMatchObject({ instrument: 0, side: 2, size: 900, referencePrice: 10_020, code: 'C' });
    expect(heard[1]).toEqual(heard[0]);
  });
});

describe('order.queueAhead', () => {
  const BID = 3_200_000;

  it('counts who was there when the acceptance came, and no order that does not rest', () => {
    const { bought, feed, gateway, settle, ctx, stock } = puppetEngine();
    const order = bought();
    feed.queued.push([300, 1], [200, 1], [50, 99]);
    expect(order.queueAhead, 'before the acceptance').toBeNaN();
    gateway.acknowledge(1);
    settle();
    expect(order.queueAhead).toBe(500);
    feed.queued.splice(0, 1);
    expect(order.queueAhead, 'whoever leaves lets it move up').toBe(200);
    gateway.fill(1, 100, BID, 100, 0);
    settle();
    expect(order.queueAhead).toBeNaN();
    expect(ctx.isFlat(stock())).toBe(false);
  });

  it('begins anew with a replacement that gives its place away, and only then', () => {
    const { bought, feed, gateway, settle, ctx } = puppetEngine();
    const order = bought();
    feed.queued.push([300, 1], [200, 2]);
    gateway.acknowledge(1);
    settle();
    expect(order.queueAhead).toBe(300);
    const replace = (ordinal: number, quantity: number): void => {
      expect(ctx.orders.replace(order, BID, quantity).ok).toBe(true);
      feed.push({ kind: EVENT.add, symbol: 'AAPL' });
      gateway.reply({
        clOrdOrdinal: ordinal,
        origClOrdOrdinal: ordinal - 1,
        execType: '5',
        ordStatus: '5',
        cumQuantity: 0,
      });
      settle();
    };
    replace(2, 60);
    expect(order.queueAhead).toBe(300);
    replace(3, 80);
    expect(order.queueAhead).toBe(500);
  });
});
