/** A strategy in which each operator works at every event, on fractions, and none sends anything. */
import { filter, map, merge, type Observable } from 'rxjs';
import {
  atr,
  bars,
  crossesAbove,
  crossesBelow,
  defineStrategy,
  ema,
  imbalance,
  latestOf,
  microprice,
  onChange,
  param,
  rollingStdDev,
  rsi,
  sampleEvery,
  select,
  send,
  sma,
  spread,
  tradeFlow,
  vwap,
  zScore,
} from '../../engine/index.ts';

/** Amid the feed's, with a fraction. */
const PRICE = 3_200_050.5;

export default defineStrategy({
  name: 'every-operator',
  params: { only: param.string(''), copies: param.integer(1, { min: 1 }) },
  setup(ctx) {
    const stock = ctx.instrument('AAPL');
    const micro$ = stock.book$.pipe(microprice());
    const pipelines = {
      microprice: () => micro$,
      select: () =>
        stock.book$.pipe(select((book, out) => out.set(book.bidSize(0) / (book.bidSize(0) + book.askSize(0))))),
      imbalance: () => stock.book$.pipe(imbalance(3)),
      spread: () => stock.book$.pipe(spread()),
      onChange: () => micro$.pipe(onChange()),
      crossesAbove: () => micro$.pipe(crossesAbove(PRICE)),
      crossesBelow: () => micro$.pipe(crossesBelow(() => PRICE)),
      ema: () => micro$.pipe(ema(20)),
      sma: () => micro$.pipe(sma(20)),
      rollingStdDev: () => micro$.pipe(rollingStdDev(20)),
      zScore: (copy: number) => micro$.pipe(zScore(20, { keep: `score-${copy}` })),
      rsi: () => micro$.pipe(rsi(14)),
      sampleEvery: () => micro$.pipe(sampleEvery(50)),
      send: () => micro$.pipe(send((micro) => micro.value > 0)),
      'map, filter of RxJS': () =>
        micro$.pipe(
          map((micro) => micro.value > PRICE),
          filter((isHigh) => isHigh),
        ),
      vwap: () => stock.trade$.pipe(vwap()),
      'vwap of 20 ms': () => stock.trade$.pipe(vwap({ ms: 20 })),
      'vwap of 9 trades': () => stock.trade$.pipe(vwap({ trades: 9 })),
      tradeFlow: () => stock.trade$.pipe(tradeFlow({ trades: 50 })),
      'tradeFlow of 50 ms': () => stock.trade$.pipe(tradeFlow({ ms: 50 })),
      bars: () => stock.trade$.pipe(bars({ ticks: 4 })),
      'bars of a volume': () => stock.trade$.pipe(bars({ volume: 2_000 })),
      atr: () => stock.trade$.pipe(bars({ ticks: 2 }), atr(14)),
      latestOf: () =>
        latestOf(micro$, stock.trade$.pipe(vwap())).pipe(
          select((latest, out) => out.set(latest.value(0) - latest.value(1))),
        ),
    };
    const { only, copies } = ctx.params;
    const copiesOf = <Made>(make: (copy: number) => Made): Made[] =>
      Array.from({ length: copies }, (_, copy) => make(copy));
    // What the others work on, for comparison.
    if (only === 'book$') return void copiesOf(() => stock.book$.subscribe(() => {}));
    if (only === 'trade$') return void copiesOf(() => stock.trade$.subscribe(() => {}));
    const made = only === '' ? Object.values(pipelines) : [pipelines[only as keyof typeof pipelines]];
    return merge(...made.flatMap((make) => copiesOf<Observable<unknown>>(make)));
  },
});
