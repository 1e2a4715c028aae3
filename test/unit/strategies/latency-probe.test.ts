import { describe, expect, it } from 'vitest';
import latencyProbe from '../../../strategies/latency-probe.ts';
import { quote } from '../../support/engine/fake-feed.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

describe('latency-probe', () => {
  it('sends at each n-th event of its book, at the touch, sides alternating', () => {
    const { feed, gateway, settle } = testEngine([latencyProbe], { values: { every: 3, quantity: 2 } });
    for (let event = 0; event < 10; event += 1) {
      feed.push(quote('AAPL', 3_200_000 + event * 100, 5, 3_210_000 + event * 100, 6), quote('MSFT', 1, 1, 2, 2));
    }
    settle();
    expect(gateway.sent.map(({ side, price, quantity }) => `${side} ${quantity}@${price}`)).toEqual([
      '1 2@3210200',
      '2 2@3200500',
      '1 2@3210800',
    ]);
  });

  it('lets an event without a touch pass, and keeps its turn of sides', () => {
    const { feed, gateway, settle } = testEngine([latencyProbe], { values: { every: 1 } });
    feed.push(quote('AAPL', 3_200_000, 5, Number.NaN, 0));
    feed.push(quote('AAPL', 3_200_000, 5, 3_200_100, 6), quote('AAPL', Number.NaN, 0, 3_200_100, 6));
    feed.push(quote('AAPL', 3_200_000, 5, 3_200_100, 6));
    settle();
    expect(gateway.sent.map(({ side }) => side)).toEqual([1, 2]);
  });
});
