import { expect, it } from 'vitest';
import { book, marbles, take, testStrategy } from '../../../app/testing/index.ts';

const touch = (bid: string, ask: string) => book('AAPL', { bids: [[bid, 100]], asks: [[ask, 100]] });

/** Four milliseconds between two quotes. */
const MARKET = marbles('a----b---ct-b--|', {
  a: touch('320.00', '320.01'),
  b: touch('320.10', '320.11'),
  // Away from its bid, and traded there: whoever bid more was served first.
  c: touch('320.07', '320.11'),
  t: take('AAPL', 'bids', 100),
});
const PARAMS = { everyMs: 4, levels: 2, lot: 100, maxLots: 2, riskAversion: 0.1, arrivalDecay: 1.5 };

const quoted = async (horizonSeconds: number): Promise<string[]> => {
  const { orders, faults } = await testStrategy('market-maker', MARKET, { params: { ...PARAMS, horizonSeconds } });
  expect(faults).toEqual([]);
  // What ends the run cancels what is left.
  const sent = orders.filter(({ timeNs }) => timeNs < 34_200_015e6);
  return sent.map(
    ({ what, side, price, timeNs }) => `${Math.floor(timeNs / 1e6) - 34_200_000} ${what} ${side} ${price}`,
  );
};

it('quotes a ladder on both sides, wider after the price has moved, and lower once it is long', async () => {
  // (2 / γ) ln(1 + γ / κ) is 1.29 ticks; ten ticks in one sample of fifty are a variance of 2, which γ T 250 makes 2.5.
  expect(await quoted(0.05)).toEqual([
    '4 new buy 319.99',
    '4 new buy 319.98',
    '4 new sell 320.02',
    '4 new sell 320.03',
    // 32010.5 ± (2.5 / 2 + 0.645), rounded away from it.
    '8 replace sell 320.13',
    '8 replace sell 320.14',
    '8 replace buy 320.08',
    '8 replace buy 320.07',
    // One lot long: 32010.5 - 2.45 ± (2.45 / 2 + 0.645), and the second level would be a third lot.
    '12 new buy 320.06',
    '12 cancel buy 320.07',
    '12 replace sell 320.11',
    '12 replace sell 320.12',
  ]);
});

it('with hardly a horizon, neither what the price has moved nor what it holds moves its quotes', async () => {
  expect(await quoted(0.01)).toEqual([
    '4 new buy 319.99',
    '4 new buy 319.98',
    '4 new sell 320.02',
    '4 new sell 320.03',
    '8 replace sell 320.12',
    '8 replace sell 320.13',
    '8 replace buy 320.09',
    '8 replace buy 320.08',
    '12 new buy 320.09',
    '12 cancel buy 320.08',
    '12 replace sell 320.11',
    '12 replace sell 320.12',
  ]);
});
