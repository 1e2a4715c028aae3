import { expect, it } from 'vitest';
import { book, type MarketEvent, marbles, testStrategy } from '../../../app/testing/index.ts';

const msft = (bid: string, ask: string, bidSize: number, askSize = 500): MarketEvent =>
  book('MSFT', { bids: [[bid, bidSize]], asks: [[ask, askSize]] });
const NVDA = book('NVDA', { bids: [['100.00', 5_000]], asks: [['100.01', 5_000]] });
/** The ratio of four samples, of which one is away, is 1.73 standard deviations from their mean. */
const PARAMS = { everyMs: 1, window: 4, enter: 1.5, quantity: 100 };

const traded = async (diagram: string, table: Record<string, MarketEvent | MarketEvent[]>): Promise<string[]> => {
  const { fills, faults, positions } = await testStrategy('pairs', marbles(diagram, table), { params: PARAMS });
  expect(faults).toEqual([]);
  expect(positions.map(({ quantity }) => quantity)).toEqual(positions.map(() => 0));
  return fills.map(({ side, quantity, symbol, price }) => `${side} ${quantity} ${symbol} ${price}`);
};

it('sells the dear one, buys as much money of the other, and closes both when the ratio is back', async () => {
  const table = { a: [msft('400.00', '400.01', 500), NVDA], b: msft('404.00', '404.01', 500) };
  // What the mean has made of the high one opens the other way around, for a moment.
  expect((await traded('a------b--a-----------|', table)).slice(0, 4)).toEqual([
    'sell 100 MSFT 404.00',
    'buy 404 NVDA 100.01',
    'buy 100 MSFT 400.01',
    'sell 404 NVDA 100.00',
  ]);
});

it('hedges what has executed, not what was ordered', async () => {
  const table = { a: [msft('400.00', '400.01', 500), NVDA], b: msft('404.00', '404.01', 40) };
  expect((await traded('a------b--a-----------|', table)).slice(0, 2)).toEqual([
    'sell 40 MSFT 404.00',
    'buy 162 NVDA 100.01',
  ]);
});

it('buys the cheap one', async () => {
  const table = { a: [msft('400.00', '400.01', 500), NVDA], b: msft('396.00', '396.01', 500) };
  expect((await traded('a------b--a-----------|', table)).slice(0, 2)).toEqual([
    'buy 100 MSFT 396.01',
    'sell 396 NVDA 100.00',
  ]);
});
