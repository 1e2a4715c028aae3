import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expectOrders, goldenOrders, type OrderLine } from '../../../app/testing/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotlap-golden-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (ms: number, order: Partial<OrderLine>): OrderLine => ({
  what: 'new',
  strategy: 'mine',
  order: 1,
  side: 'buy',
  symbol: 'AAPL',
  price: '320.01',
  quantity: 100,
  timeInForce: 'ioc',
  timeNs: 34_200e9 + ms * 1e6,
  ...order,
});

const run = {
  orders: [at(3, {}), at(6, { order: 2, side: 'sell', price: '320.00' })],
  faults: [],
  refusals: {},
  diagram: 'a--b--c|',
};
const sentence = (work: () => void): string => {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was wrong';
};

describe('expectOrders', () => {
  it('takes a diagram on the time of the market, and of each order what is asked about', () => {
    expectOrders(run, '---b--s', { b: { side: 'buy', price: '320.0100' }, s: { side: 'sell', quantity: 100 } });
  });

  it.each([
    [
      'another time',
      '---b---s',
      { b: {}, s: {} },
      /`7 ms: mine new #2 sell 100 AAPL @ 320\.00 ioc` was expected, `6 ms: mine new #2 sell/,
    ],
    [
      'another price',
      '---b--s',
      { b: { price: '320.02' }, s: {} },
      /`3 ms: mine new #1 buy 100 AAPL @ 320\.02 ioc` was expected/,
    ],
    ['another kind', '---b--s', { b: {}, s: { what: 'cancel' } }, /`6 ms: mine cancel #2 sell/],
    ['one more', '---b--s--b', { b: {}, s: { side: 'sell' } }, /`9 ms: .*` was expected, nothing more was sent/],
    ['one less', '---b', { b: {} }, /nothing more was expected, `6 ms: mine new #2 sell/],
  ] as const)('tells the first that differs: %s', (_, diagram, table, told) => {
    const text = sentence(() => expectOrders(run, diagram, table));
    expect(text).toMatch(told);
    expect(text).toContain(`market    a--b--c|\nexpected  ${diagram}\n`);
  });

  it('tells what was refused, and a fault before anything else', () => {
    expect(sentence(() => expectOrders({ ...run, refusals: { MaxNotional: 2 } }, '', {}))).toMatch(
      /refused {3}MaxNotional 2/,
    );
    const faults = [{ strategy: 'mine', text: 'Error: oops\n    at mine.ts:7:3' }];
    expect(sentence(() => expectOrders({ ...run, faults }, '', {}))).toBe(
      'Strategy mine faulted. Error: oops\n    at mine.ts:7:3',
    );
    expect(sentence(() => goldenOrders({ orderLog: '', faults }, join(folder, 'none')))).toMatch(/mine faulted/);
  });
});

describe('goldenOrders', () => {
  const file = join(folder, 'orders', 'mine.orders');
  const log = { orderLog: 'one\ntwo\nthree\n', faults: [] };

  it('writes only where it is told to, and then compares', () => {
    expect(sentence(() => goldenOrders(log, file))).toMatch(
      /There is no .*mine\.orders to compare with: run the test once with HOTLAP_GOLDEN=write/,
    );
    goldenOrders(log, file, { write: true });
    expect(readFileSync(file, 'utf8')).toBe(log.orderLog);
    goldenOrders(log, file);
    expect(sentence(() => goldenOrders({ ...log, orderLog: 'one\n2\nthree\n' }, file))).toBe(
      `Other orders than in ${file}, from line 2 on.\n  kept  two\n  now   2\n3 lines are kept, now there are 3. Where the new ones are right, run the test once with HOTLAP_GOLDEN=write.`,
    );
    expect(sentence(() => goldenOrders({ ...log, orderLog: 'one\ntwo\n' }, file))).toMatch(
      /from line 3 on\.\n {2}kept {2}three\n {2}now {3}nothing more/,
    );
    expect(sentence(() => goldenOrders({ ...log, orderLog: 'one\ntwo\nthree\nfour\n' }, file))).toMatch(
      /from line 4 on\.\n {2}kept {2}nothing more\n {2}now {3}four/,
    );
  });
});
