import { describe, expect, it } from 'vitest';
import { EVENT } from '../../../native/layout.ts';
import imbalanceTaker from '../../../strategies/imbalance-taker.ts';
import { quote } from '../../support/engine/fake-feed.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

describe('an engine with imbalance-taker', () => {
  it('buys on the crossing, sells when the share falls, and ends flat with its profit', () => {
    const { engine, feed, gateway, settle } = testEngine([imbalanceTaker]);
    feed.push(quote('AAPL', 3_200_000, 100, 3_201_000, 100));
    feed.push(quote('AAPL', 3_200_000, 300, 3_201_000, 100));
    settle();
    expect(gateway.sent).toEqual([
      expect.objectContaining({ kind: 'new', ordinal: 1, side: 1, price: 3_201_000, quantity: 100, terms: 3 }),
    ]);
    gateway.acknowledge(1);
    gateway.fill(1, 100, 3_201_000, 100, 0);
    settle();
    feed.push(quote('AAPL', 3_202_000, 100, 3_203_000, 300));
    settle();
    expect(gateway.last).toMatchObject({ kind: 'new', ordinal: 2, side: 2, price: 3_202_000, quantity: 100 });
    gateway.fill(2, 100, 3_202_000, 100, 0);
    settle();
    const stats = engine.stats();
    expect(stats.orders).toEqual({
      sent: 2,
      acknowledged: 2,
      filled: 2,
      cancelled: 0,
      rejected: 0,
      refusedByRisk: 0,
      inDoubt: 0,
      neverReached: 0,
      open: 0,
    });
    expect(stats.positions).toEqual([
      {
        strategy: 's0',
        symbol: 'AAPL',
        quantity: 0,
        averagePrice: '0.0000',
        realizedPnl: '10.00',
        unrealizedPnl: '0.00',
        bought: 100,
        sold: 100,
      },
    ]);
  });

  it('sends nothing on a book with a gap', () => {
    const { engine, feed, gateway, settle } = testEngine([imbalanceTaker]);
    feed.push(quote('AAPL', 3_200_000, 100, 3_201_000, 100), { kind: EVENT.gap });
    feed.push(quote('AAPL', 3_200_000, 300, 3_201_000, 100));
    settle();
    expect(gateway.sent).toEqual([]);
    expect(engine.stats().refusals).toEqual({ StaleBook: 1 });
    expect(engine.stats().gaps).toBe(1);
  });
});
