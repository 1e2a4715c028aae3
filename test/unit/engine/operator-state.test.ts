/** Operators that keep their numbers by name go on in another instance exactly where they were. */
import { Observable, type Subscriber } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  atr,
  type BarView,
  bars,
  crossesAbove,
  crossesBelow,
  ema,
  type KeepOptions,
  rollingStdDev,
  rsi,
  Scalar,
  sma,
  type TradeView,
  tradeFlow,
  type ViewOperator,
  vwap,
  zScore,
} from '../../../engine/index.ts';
import { KeptCells } from '../../../engine/strategy/kept-cells.ts';
import { newInstance } from '../../../engine/strategy/serve-rxjs.ts';

const keepIn = (kept: KeptCells): void => {
  newInstance().kept = kept;
};

import { seededRandom } from '../../support/seeded-random.ts';

afterEach(() => keepIn(new KeptCells()));

const random = seededRandom(3);
const values = Array.from({ length: 60 }, () => random(1_000) / 7);
const trades = values.map(
  (price, index) =>
    ({ price, size: 1 + random(9), side: 1 + random(2), printable: true, exchangeTimeNs: index * 3e5 }) as TradeView,
);
const candles = values.map((low, index) => ({ low, high: low + random(9), close: low + index / 60 }) as BarView);
const cell = new Scalar();
const scalars = values.map((value) => () => {
  cell.set(value);
  return cell;
});
const plain = (items: readonly unknown[]) => items.map((item) => () => item);

const read = (result: unknown): unknown =>
  result instanceof Scalar ? result.value : { ...(result as BarView).snapshot() };

function run(operator: ViewOperator<never, unknown>, inputs: readonly (() => unknown)[]): unknown[] {
  const seen: unknown[] = [];
  let subscriber!: Subscriber<never>;
  const source = new Observable<never>((given) => {
    subscriber = given;
  });
  const subscription = source.pipe(operator).subscribe((result) => void seen.push(read(result)));
  for (const input of inputs) subscriber.next(input() as never);
  subscription.unsubscribe();
  return seen;
}

type Made = (options: KeepOptions) => ViewOperator<never, unknown>;
const KEPT: readonly [string, Made, readonly (() => unknown)[]][] = [
  ['sma', (keep) => sma(7, keep) as never, scalars],
  ['ema', (keep) => ema(7, keep) as never, scalars],
  ['rollingStdDev', (keep) => rollingStdDev(7, keep) as never, scalars],
  ['zScore', (keep) => zScore(7, keep) as never, scalars],
  ['rsi', (keep) => rsi(7, keep) as never, scalars],
  ['crossesAbove', (keep) => crossesAbove(70, keep) as never, scalars],
  ['crossesBelow', (keep) => crossesBelow(70, keep) as never, scalars],
  ['atr', (keep) => atr(7, keep) as never, plain(candles)],
  ['vwap', (keep) => vwap('session', keep) as never, plain(trades)],
  ['vwap by trades', (keep) => vwap({ trades: 5 }, keep) as never, plain(trades)],
  ['tradeFlow by ms', (keep) => tradeFlow({ ms: 2 }, keep) as never, plain(trades)],
  ['bars by trades', (keep) => bars({ ticks: 4 }, keep) as never, plain(trades)],
  ['bars by shares', (keep) => bars({ volume: 20 }, keep) as never, plain(trades)],
];

describe.each(KEPT)('%s', (_name, made, inputs) => {
  it('goes on with the numbers of its name', () => {
    const whole = run(made({}), inputs);
    expect(whole.length).toBeGreaterThan(5);
    for (const cut of [1, 13, 30]) {
      const first = new KeptCells();
      keepIn(first);
      const before = run(made({ keep: 'it' }), inputs.slice(0, cut));
      keepIn(new KeptCells(first.numbers));
      expect([...before, ...run(made({ keep: 'it' }), inputs.slice(cut))], `cut at ${cut}`).toEqual(whole);
    }
  });

  it('begins anew without a name', () => {
    const first = new KeptCells();
    keepIn(first);
    const operator = made({});
    const once = run(operator, inputs);
    expect(run(operator, inputs)).toEqual(once);
    expect([...first.numbers]).toEqual([]);
  });
});

it('numbers of another window are refused, and one name has one subscription', () => {
  const first = new KeptCells();
  keepIn(first);
  const operator = sma(7, { keep: 'mid' });
  const source = new Observable<Scalar>();
  source.pipe(operator).subscribe();
  const errors: unknown[] = [];
  source.pipe(operator).subscribe({ error: (error) => errors.push(error) });
  expect(String(errors[0])).toContain("keeps its numbers as 'mid' is subscribed to twice");
  expect(() => ema(7, { keep: 'mid' })).toThrow("Two keep their numbers as 'mid'");
  keepIn(new KeptCells(first.numbers));
  expect(() => sma(8, { keep: 'mid' })).toThrow("'mid' was sma(7) and is sma(8) now");
});
