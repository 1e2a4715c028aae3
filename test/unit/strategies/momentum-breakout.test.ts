import { expect, it } from 'vitest';
import { book, expectOrders, type MarketEvent, marbles, testStrategy, trade } from '../../../app/testing/index.ts';

/** A touch of a cent around a trade at that price. */
const at = (cents: number): MarketEvent[] => {
  const text = (price: number): string => (price / 100).toFixed(2);
  return [
    book('AAPL', { bids: [[text(cents - 1), 500]], asks: [[text(cents + 1), 500]] }),
    trade('AAPL', text(cents), 10),
  ];
};
/** A bar a millisecond; the highest and lowest of two. */
const PARAMS = { barMs: 1, channel: 2, stop: 1.5, quantity: 100 };

it('buys above the channel once the bar is complete, sells when the price has come back far enough, and follows it', async () => {
  // True ranges 0, 1, 1, 41, 4, 15 cents: their average over two by Wilder is 13.7 when the last trade comes.
  const market = marbles('amlh-u-vw-|', {
    a: at(32_000),
    m: at(32_001),
    l: at(32_000),
    h: at(32_041),
    u: at(32_045),
    v: at(32_030),
    w: at(32_020),
  });
  const run = await testStrategy('momentum-breakout', market, { params: PARAMS });
  expectOrders(run, '----b---st', {
    b: { side: 'buy', price: '320.42', quantity: 100, timeInForce: 'ioc' },
    s: { side: 'sell', price: '320.19', quantity: 100 },
    t: { side: 'sell', price: '320.19', quantity: 100 },
  });
});

it('sells below the channel', async () => {
  const market = marbles('amlh---|', { a: at(32_000), m: at(32_001), l: at(32_000), h: at(31_950) });
  const run = await testStrategy('momentum-breakout', market, { params: PARAMS });
  expectOrders(run, '----s', { s: { side: 'sell', price: '319.49', quantity: 100 } });
});

it('does nothing within it', async () => {
  const market = marbles('ambcb---|', { a: at(32_000), m: at(32_005), b: at(32_003), c: at(32_004) });
  const run = await testStrategy('momentum-breakout', market, { params: PARAMS });
  expect(run.orders).toEqual([]);
  expect(run.faults).toEqual([]);
});
