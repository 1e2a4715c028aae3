import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { book, marbles, type TestRun, testStrategy } from '../../../app/testing/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotlap-twap-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Of the volume after each tenth of the time, as `strategies/volume-curve.csv` has it. */
const CURVE = [0.19, 0.28, 0.35, 0.41, 0.47, 0.53, 0.59, 0.67, 0.78];
const MARKET = marbles('a 2500ms |', {
  a: book('AAPL', { bids: [['320.00', 5_000]], asks: [['320.01', 5_000]] }),
});
const PARAMS = { start: '09:30:01', seconds: 1, everyMs: 100, quantity: 1_000, limit: '321.00' };

const work = (params: Record<string, string | number | boolean>): Promise<TestRun> =>
  testStrategy('twap', MARKET, { params: { ...PARAMS, ...params } });
const sent = ({ orders }: TestRun): string[] =>
  orders
    .filter(({ what }) => what === 'new')
    .map(
      ({ side, quantity, price, timeNs }) => `${Math.round(timeNs / 1e6) - 34_201_000} ${side} ${quantity} ${price}`,
    );

it.each([
  ['buys', { buy: true, limit: '321.00' }, 'buy', '320.01'],
  ['sells', { buy: false, limit: '319.00' }, 'sell', '320.00'],
] as const)(
  '%s what is due along the curve, and sends what is left to the closing auction',
  async (_, params, side, price) => {
    const run = await work(params);
    const slices = CURVE.map((share, index) => {
      const due = Math.round(1_000 * (share - (CURVE[index - 1] ?? 0)));
      return `${(index + 1) * 100} ${side} ${due} ${price}`;
    });
    expect(sent(run)).toEqual([...slices, `1000 ${side} 220 ${params.limit}`]);
    expect(run.orders.at(CURVE.length)?.timeInForce).toBe('atTheClose');
    expect(run.positions[0]?.quantity).toBe(side === 'buy' ? 780 : -780);
  },
);

it('takes no part beyond its limit', async () => {
  expect(sent(await work({ limit: '320.00' }))).toEqual(['1000 buy 1000 320.00']);
});

it('a curve that is none is refused with its line', async () => {
  const source = readFileSync(new URL('../../../strategies/twap.ts', import.meta.url), 'utf8');
  writeFileSync(join(folder, 'twap.ts'), source.replace('../engine/index.ts', 'hotlap'));
  const curve = (text: string): Promise<TestRun> => {
    writeFileSync(join(folder, 'own.csv'), text);
    return testStrategy(join(folder, 'twap.ts'), MARKET, { params: { ...PARAMS, curve: 'own.csv' } });
  };
  await expect(curve('time,volume\n0.5,0.5\n0.5,many\n')).rejects.toThrow('own.csv:3: "0.5,many" is no pair');
  await expect(curve('time,volume\n0.5,0.5\n0.4,0.5\n')).rejects.toThrow('must add up to 1, not to 0.9 and 1');
});
