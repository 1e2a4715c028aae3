/** What the operators compute, against npm's trading-signals and against the definitions written out. */
import { Observable } from 'rxjs';
import { ATR, EMA, getStandardDeviation, RSI, SMA, VWAP } from 'trading-signals';
import { describe, expect, it } from 'vitest';
import {
  atr,
  type BarView,
  ema,
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
import { seededRandom } from '../../support/seeded-random.ts';

function through<In>(values: readonly In[], operator: ViewOperator<In, Scalar>): number[] {
  const seen: number[] = [];
  const source = new Observable<In>((subscriber) => {
    for (const value of values) subscriber.next(value);
  });
  source.pipe(operator).subscribe((scalar) => seen.push(scalar.value));
  return seen;
}

function ofNumbers(values: readonly number[], operator: ViewOperator<Scalar, Scalar>): number[] {
  const cell = new Scalar();
  const seen: number[] = [];
  const source = new Observable<Scalar>((subscriber) => {
    for (const value of values) {
      cell.set(value);
      subscriber.next(cell);
    }
  });
  source.pipe(operator).subscribe((scalar) => seen.push(scalar.value));
  return seen;
}

/** Prices in 1/10,000 dollar, as the feed has them, and walks on fractions. */
function series(seed: number, length: number): number[] {
  const random = seededRandom(seed);
  const step = seed % 2 === 0 ? 100 : 0.37;
  let price = seed % 2 === 0 ? 3_200_000 : 17.25;
  return Array.from({ length }, () => {
    price += step * (random(7) - 3) * (1 + random(3));
    return price;
  });
}

interface Candle {
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

const candles = (seed: number, length: number): Candle[] => {
  const prices = series(seed, 4 * length);
  return Array.from({ length }, (_, index) => {
    const [open, a, b, close] = prices.slice(4 * index, 4 * index + 4) as [number, number, number, number];
    return { open, high: Math.max(open, a, b, close), low: Math.min(open, a, b, close), close, volume: 1 + index };
  });
};

const theirs = (
  indicator: { add(value: never): unknown; isStable: boolean; getResult(): unknown },
  values: readonly unknown[],
) =>
  values.map((value) => {
    indicator.add(value as never);
    return indicator.isStable ? Number(indicator.getResult()) : Number.NaN;
  });

function expectClose(ours: readonly number[], expected: readonly number[]): void {
  expect(ours).toHaveLength(expected.length);
  ours.forEach((value, index) => {
    const other = expected[index] as number;
    if (Number.isNaN(other)) expect(value, `at ${index}`).toBeNaN();
    else
      expect(Math.abs(value - other), `at ${index}: ${value} and ${other}`).toBeLessThanOrEqual(
        1e-9 * Math.max(1, Math.abs(other)),
      );
  });
}

describe.each([1, 2, 3, 4])('against trading-signals, series %i', (seed) => {
  const values = series(seed, 800);

  it.each([1, 2, 14, 200])('ema, sma, rsi of %i', (window) => {
    expectClose(ofNumbers(values, ema(window)), theirs(new EMA(window), values));
    expectClose(ofNumbers(values, sma(window)), theirs(new SMA(window), values));
    // Theirs keeps no price to compare with where the window is 1.
    if (window > 1) expectClose(ofNumbers(values, rsi(window)), theirs(new RSI(window), values));
  });

  it.each([2, 14, 200])('rollingStdDev and zScore of %i', (window) => {
    const expected = values.map((_, index) =>
      index + 1 < window ? Number.NaN : getStandardDeviation(values.slice(index + 1 - window, index + 1)),
    );
    expectClose(ofNumbers(values, rollingStdDev(window)), expected);
    const means = theirs(new SMA(window), values);
    const scores = values.map((value, index) => {
      const deviation = expected[index] as number;
      return deviation === 0 ? 0 : (value - (means[index] as number)) / deviation;
    });
    expectClose(ofNumbers(values, zScore(window)), scores);
  });

  it.each([1, 14])('atr of %i', (window) => {
    const bars = candles(seed, 300);
    expectClose(through(bars as unknown as BarView[], atr(window)), theirs(new ATR(window), bars));
  });

  it('vwap', () => {
    // A trade is a candle of one price.
    const trades = values.map((price, index) => ({
      price,
      size: 1 + (index % 9),
      printable: true,
      exchangeTimeNs: index,
    }));
    const bars = trades.map(({ price, size }) => ({ high: price, low: price, close: price, volume: size }));
    expectClose(through(trades as unknown as TradeView[], vwap()), theirs(new VWAP(), bars));
  });
});

const SECOND = 1e9;
const trade = (seconds: number, price: number, size: number, side = 0, printable = true): TradeView =>
  ({ price, size, side, printable, exchangeTimeNs: seconds * SECOND }) as TradeView;

describe('over windows of trades', () => {
  const trades = [
    trade(0, 10, 100, 2),
    trade(1, 20, 100, 1),
    trade(1.5, 99, 9, 2, false),
    trade(2, 40, 200, 2),
    trade(3, 40, 100, 0),
  ];

  it('vwap of the last trades, and of the last ms', () => {
    expect(through(trades, vwap({ trades: 2 }))).toEqual([Number.NaN, 15, (20 * 100 + 40 * 200) / 300, 40]);
    expect(through(trades, vwap({ ms: 1_500 }))).toEqual([10, 15, (20 * 100 + 40 * 200) / 300, 40]);
  });

  it('tradeFlow: up by who buys from a resting sell, down by who sells to a resting buy', () => {
    expect(through(trades, tradeFlow({ trades: 3 }))).toEqual([Number.NaN, Number.NaN, 200, 100]);
    expect(through(trades, tradeFlow({ ms: 1_500 }))).toEqual([100, 0, 100, 200]);
  });

  it('a window by time keeps no more trades than it may', () => {
    expect(through(trades, tradeFlow({ ms: 60_000, most: 2 }))).toEqual([100, 0, 100, 200]);
  });
});

it('sums do not drift over ten million fractions, nor when large numbers have gone through', {
  timeout: 60_000,
}, () => {
  const random = seededRandom(9);
  const window = 50;
  const last: number[] = [];
  const results = new Float64Array(3);
  const cell = new Scalar();
  const emitters: (() => void)[] = [];
  for (const [index, operator] of [sma(window), rollingStdDev(window), zScore(window)].entries()) {
    const source = new Observable<Scalar>((subscriber) => void emitters.push(() => subscriber.next(cell)));
    source.pipe(operator).subscribe((scalar) => {
      results[index] = scalar.value;
    });
  }
  for (let count = 0; count < 10_000_000; count += 1) {
    // Now and then a price that is a thousand times the others.
    const value = (count % 100_003 === 0 ? 1e7 : 1e4) * (1 + random(1_000) / 7_919);
    cell.set(value);
    for (const emit of emitters) emit();
    if (count >= 10_000_000 - window) last.push(value);
  }
  const mean = last.reduce((sum, value) => sum + value, 0) / window;
  const deviation = Math.sqrt(last.reduce((sum, value) => sum + (value - mean) ** 2, 0) / window);
  expect(Math.abs((results[0] as number) / mean - 1)).toBeLessThan(1e-12);
  expect(Math.abs((results[1] as number) / deviation - 1)).toBeLessThan(1e-7);
  expect(results[2]).toBeCloseTo(((last.at(-1) as number) - mean) / deviation, 6);
});

it('NaN is passed on and not counted', () => {
  const values = [1, Number.NaN, 2, 4];
  expect(ofNumbers(values, sma(2))).toEqual([Number.NaN, Number.NaN, 1.5, 3]);
  expect(ofNumbers(values, ema(2))).toEqual([
    Number.NaN,
    Number.NaN,
    1 + 2 / 3,
    1 + 2 / 3 + (2 / 3) * (4 - (1 + 2 / 3)),
  ]);
  expect(ofNumbers(values, rsi(1))).toEqual([Number.NaN, Number.NaN, 100, 100]);
  expect(ofNumbers([3, 3, 3], zScore(2))).toEqual([Number.NaN, 0, 0]);
});

it.each([
  [() => sma(0), 'sma takes a whole number from 1 to 1048576, not 0'],
  [() => ema(1.5), 'ema takes a whole number from 1 to 1048576, not 1.5'],
  [() => rollingStdDev(1), 'rollingStdDev takes a whole number from 2'],
  [() => vwap({ trades: -1 }), 'vwap by trades takes a whole number'],
  [() => tradeFlow({ ms: 0 }), 'tradeFlow takes ms from 1 to 86400000, not 0'],
])('a window that cannot be is refused: %#', (make, sentence) => {
  expect(make).toThrow(sentence);
});
