/** When each operator speaks, in RxJS's marbles: a frame is a millisecond of engine time. */
import { filter, map, type Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import {
  atr,
  type BarView,
  type BookView,
  bars,
  crossesAbove,
  crossesBelow,
  ema,
  imbalance,
  latestOf,
  microprice,
  onChange,
  rollingStdDev,
  rsi,
  Scalar,
  sampleEvery,
  select,
  send,
  sma,
  snapshot,
  spread,
  type TradeView,
  tradeFlow,
  vwap,
  zScore,
} from '../../../engine/index.ts';

const scheduler = () => new TestScheduler((actual, expected) => expect(actual).toEqual(expected));

/** One cell for all numbers, as the engine has it. */
const cells = (numbers$: Observable<number>): Observable<Scalar> => {
  const cell = new Scalar();
  return numbers$.pipe(
    map((value) => {
      cell.set(value);
      return cell;
    }),
  );
};
const numbers = map((scalar: Scalar) => scalar.value);
const NONE = Number.NaN;

const MS = 1e6;
/** A trade at a frame. */
const at = (ms: number, price: number, size: number, side = 2, printable = true): TradeView =>
  ({ exchangeTimeNs: ms * MS, price, size, side, printable }) as TradeView;

const book = (bid: number, bidSize: number, ask: number, askSize: number): BookView =>
  ({
    bidLevels: bid > 0 ? 1 : 0,
    askLevels: 1,
    bidPrice: () => (bid > 0 ? bid : NONE),
    askPrice: () => ask,
    bidSize: () => (bid > 0 ? bidSize : NONE),
    askSize: () => askSize,
  }) as unknown as BookView;

describe('numbers to numbers', () => {
  const input = { a: 1, b: 2, c: 4, d: 1, n: NONE };

  it.each([
    ['onChange', onChange(), '-aabb-n-nc-|', '-a-b--n--c-|', input],
    ['crossesAbove', crossesAbove(1.5), '-a-b-c-a-c-|', '---b-----c-|', input],
    ['crossesBelow', crossesBelow(1.5), '-b-a-a-c-d-|', '---a-----d-|', input],
    ['sma', sma(2), '-a-b-c-d-|', '-n-e-f-g-|', { ...input, e: 1.5, f: 3, g: 2.5 }],
    ['ema', ema(1), '-a-b-c-d-|', '-a-b-c-d-|', input],
    ['rollingStdDev', rollingStdDev(2), '-a-b-c-d-|', '-n-e-f-g-|', { ...input, e: 0.5, f: 1, g: 1.5 }],
    ['zScore', zScore(2), '-a-b-c-d-|', '-n-e-e-f-|', { ...input, e: 1, f: -1 }],
    ['rsi', rsi(2), '-a-b-c-d-|', '-n-n-e-f-|', { ...input, e: 100, f: 100 - 100 / 1.5 }],
    ['sampleEvery', sampleEvery(3), '--a--b---c-(d|)', '---a--b--c-(|)', input],
  ] as const)('%s', (_name, operator, source, expected, values) => {
    scheduler().run(({ cold, expectObservable }) => {
      expectObservable(cells(cold(source, values)).pipe(operator, numbers)).toBe(expected, values);
    });
  });

  it('compose with plain RxJS operators', () => {
    scheduler().run(({ cold, expectObservable }) => {
      const sent = cells(cold('-a-b-c-d-|', input)).pipe(
        sma(2),
        filter((scalar) => scalar.value > 2),
        send((scalar: Scalar) => scalar.value * 10),
      );
      expectObservable(sent).toBe('-----e-f-|', { e: 30, f: 25 });
    });
  });
});

describe('latestOf', () => {
  it('speaks with each number once all have spoken, and goes on when one ends', () => {
    scheduler().run(({ hot, expectObservable }) => {
      const a$ = cells(hot('-a---b--|', { a: 1, b: 2 }));
      const b$ = cells(hot('---c------d-', { c: 10, d: 20 }));
      const difference = latestOf(a$, b$).pipe(
        select((latest, out) => out.set(latest.value(1) - latest.value(0))),
        numbers,
      );
      expectObservable(difference).toBe('---e-f----g-', { e: 9, f: 8, g: 18 });
    });
  });

  it('lets go of its streams', () => {
    scheduler().run(({ hot, expectSubscriptions, expectObservable }) => {
      const source = hot('-a-b-c', { a: 1, b: 2, c: 3 });
      expectObservable(latestOf(cells(source)).pipe(map((latest) => latest.value(0))), '---!').toBe('-a', { a: 1 });
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });
});

describe('books to numbers', () => {
  const books = { a: book(100, 300, 104, 100), b: book(0, 0, 104, 100) };

  it.each([
    ['imbalance', imbalance(), 0.5],
    ['microprice', microprice(), 103],
    ['spread', spread(), 4],
  ] as const)('%s', (_name, operator, value) => {
    scheduler().run(({ cold, expectObservable }) => {
      expectObservable(cold('-a-b-|', books).pipe(operator, numbers)).toBe('-a-n-|', { a: value, n: NONE });
    });
  });

  it('imbalance over several levels', () => {
    const sizes = [100, 200, 300];
    const deep = {
      ...{ bidLevels: 3, askLevels: 2, bidSize: (level: number) => sizes[level], askSize: () => 50 },
    } as unknown as BookView;
    scheduler().run(({ cold, expectObservable }) => {
      expectObservable(cold('a', { a: deep }).pipe(imbalance(5), numbers)).toBe('a', { a: 500 / 700 });
    });
  });
});

describe('trades', () => {
  const trades = { a: at(1, 10, 100), b: at(3, 14, 300), c: at(12, 12, 50, 1), x: at(4, 99, 9, 2, false) };

  it('to vwap and tradeFlow', () => {
    scheduler().run(({ cold, expectObservable }) => {
      const values = { a: 10, b: 13, c: (1_000 + 4_200 + 600) / 450, n: NONE, d: 400, e: 250 };
      expectObservable(cold('-a-bx-------c|', trades).pipe(vwap(), numbers)).toBe('-a-b--------c|', values);
      expectObservable(cold('-a-bx-------c|', trades).pipe(tradeFlow({ trades: 2 }), numbers)).toBe(
        '-n-d--------e|',
        values,
      );
    });
  });

  const shown = map((bar: BarView) => {
    const { open, high, low, close, volume, trades: count, startNs, endNs } = bar;
    return `${open} ${high} ${low} ${close} ${volume} ${count} ${startNs / MS}-${endNs / MS}`;
  });

  it('to bars by trades and by shares', () => {
    scheduler().run(({ cold, expectObservable }) => {
      const values = { e: '10 14 10 14 400 2 1-3', f: '14 14 14 14 300 1 3-3', g: '10 10 10 10 100 1 1-1' };
      expectObservable(cold('-a-bx---|', trades).pipe(bars({ ticks: 2 }), shown)).toBe('---e----|', values);
      expectObservable(cold('-a-bx---|', trades).pipe(bars({ volume: 100 }), shown)).toBe('-g-f----|', values);
      expectObservable(cold('-a-bx---|', trades).pipe(bars({ volume: 101 }), shown)).toBe('---e----|', values);
    });
  });

  it('to bars by time, which end on time though nothing trades, and begin at multiples of their length', () => {
    scheduler().run(({ cold, expectObservable }) => {
      const values = { e: '10 14 10 14 400 2 0-10', f: '12 12 12 12 50 1 10-20' };
      expectObservable(cold('-a-bx-------c-------------', trades).pipe(bars({ ms: 10 }), shown)).toBe(
        '----------e---------f-----',
        values,
      );
    });
  });

  it('a trade of the next bar closes the one before, where no timer has yet', () => {
    scheduler().run(({ cold, expectObservable }) => {
      // Twelve milliseconds of the exchange arrive within three of ours.
      const values = { e: '10 10 10 10 100 1 0-10', f: '12 12 12 12 50 1 10-20' };
      expectObservable(cold('-a-c---------------', trades).pipe(bars({ ms: 10 }), shown)).toBe(
        '---e-------f-------',
        values,
      );
    });
  });

  it('to bars, and those to atr and to copies', () => {
    scheduler().run(({ cold, expectObservable }) => {
      const range = cold('-a-b--------c|', trades).pipe(bars({ ticks: 1 }), atr(2), numbers);
      expectObservable(range).toBe('-n-e--------f|', { n: NONE, e: 2, f: 2 });
      const copies = cold('-a-b|', trades).pipe(
        bars({ ticks: 1 }),
        snapshot(),
        map((bar) => bar.vwap),
      );
      expectObservable(copies).toBe('-a-b|', { a: 10, b: 14 });
    });
  });

  it.each([
    [{ ms: 0 }, 'bars by ms takes'],
    [{ ticks: 1.5 }, 'bars by ticks takes'],
    [{}, 'bars takes one of'],
    [{ ms: 1, ticks: 1 }, 'bars takes one of'],
  ])('bars of %j are refused', (size, sentence) => {
    expect(() => bars(size as never)).toThrow(sentence);
  });
});
