/** Operators share arrays of numbers: none reads or writes another's. */
import { Subject } from 'rxjs';
import { expect, it } from 'vitest';
import {
  bars,
  crossesAbove,
  ema,
  imbalance,
  onChange,
  rollingStdDev,
  rsi,
  Scalar,
  sma,
  type TradeView,
  type ViewOperator,
  vwap,
  zScore,
} from '../../../engine/index.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const operators: (() => ViewOperator<Scalar, Scalar>)[] = [
  () => ema(3),
  () => sma(5),
  () => sma(300),
  () => rollingStdDev(4),
  () => zScore(7),
  () => rsi(3),
  () => onChange(),
  () => crossesAbove(50),
  () => crossesAbove(() => 40),
];
const PIPELINES = 400;
const EVENTS = 40;

interface Pipeline {
  next(value: number): void;
  readonly seen: number[];
}

function pipeline(index: number): Pipeline {
  const source = new Subject<Scalar>();
  const cell = new Scalar();
  const seen: number[] = [];
  const [first, second] = [operators[index % operators.length], operators[(index * 5 + 2) % operators.length]];
  source
    .pipe((first as () => ViewOperator<Scalar, Scalar>)(), (second as () => ViewOperator<Scalar, Scalar>)())
    .subscribe(({ value }) => seen.push(value));
  return {
    seen,
    next: (value) => {
      cell.set(value);
      source.next(cell);
    },
  };
}

const inputs = (index: number): number[] => {
  const random = seededRandom(index + 1);
  return Array.from({ length: EVENTS }, () => random(1_000) / 10);
};

it('pipelines fed in turn give what each gives alone', () => {
  const together = Array.from({ length: PIPELINES }, (_, index) => pipeline(index));
  const fed = together.map((_, index) => inputs(index));
  for (let event = 0; event < EVENTS; event++) {
    for (const [index, each] of together.entries()) each.next(fed[index]?.[event] as number);
  }
  for (const [index, { seen }] of together.entries()) {
    const alone = pipeline(index);
    for (const value of inputs(index)) alone.next(value);
    expect(seen).toEqual(alone.seen);
  }
});

it('a bar that is told is empty afterwards, and only that one', () => {
  const trade = (price: number, size: number) =>
    ({ price, size, printable: true, exchangeTimeNs: 1 }) as unknown as TradeView;
  const trades = new Subject<TradeView>();
  const [small, large, mean]: number[][] = [[], [], []];
  trades.pipe(bars({ ticks: 2 })).subscribe(({ volume }) => small?.push(volume));
  trades.pipe(bars({ ticks: 4 })).subscribe(({ volume }) => large?.push(volume));
  trades.pipe(vwap()).subscribe(({ value }) => mean?.push(value));
  for (const size of [1, 2, 3, 4, 5, 6, 7, 8]) trades.next(trade(10, size));
  expect([small, large]).toEqual([
    [3, 7, 11, 15],
    [10, 26],
  ]);
  expect(mean).toEqual(new Array(8).fill(10));
});

it('imbalance of two books at once', () => {
  const book = (bid: number, ask: number) => ({
    bidLevels: 1,
    askLevels: 1,
    bidSize: () => bid,
    askSize: () => ask,
  });
  const [first, second] = [new Subject(), new Subject()];
  const seen: number[] = [];
  const latest: Scalar[] = [];
  for (const books of [first, second])
    books.pipe(imbalance() as never).subscribe(((scalar: Scalar) => {
      latest.push(scalar);
      seen.push(scalar.value);
    }) as never);
  first.next(book(3, 1));
  second.next(book(1, 3));
  expect(seen).toEqual([0.5, -0.5]);
  expect(latest.map(({ value }) => value)).toEqual([0.5, -0.5]);
});
