/** A strategy in which each operator works at every event, on fractions, and none sends anything. */
import { filter, map, merge } from 'rxjs';
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
} from '../../../engine/index.ts';

export default defineStrategy({
  name: 'every-operator',
  params: { only: param.string('') },
  setup(ctx) {
    const stock = ctx.instrument('AAPL');
    const micro$ = stock.book$.pipe(microprice());
    const pipelines = {
      select: stock.book$.pipe(select((book, out) => out.set(book.bidSize(0) / (book.bidSize(0) + book.askSize(0))))),
      onChange: micro$.pipe(onChange()),
      crossesAbove: micro$.pipe(crossesAbove(3_200_050.5)),
      crossesBelow: micro$.pipe(crossesBelow(() => 3_200_050.5)),
      ema: micro$.pipe(ema(20)),
      sma: micro$.pipe(sma(20)),
      rollingStdDev: micro$.pipe(rollingStdDev(20)),
      zScore: micro$.pipe(zScore(20, { keep: 'score' })),
      rsi: micro$.pipe(rsi(14)),
      sampleEvery: micro$.pipe(sampleEvery(50)),
      latestOf: latestOf(micro$, stock.trade$.pipe(vwap())).pipe(
        select((latest, out) => out.set(latest.value(0) - latest.value(1))),
      ),
      imbalance: stock.book$.pipe(imbalance(3)),
      microprice: micro$,
      spread: stock.book$.pipe(spread()),
      vwap: merge(
        stock.trade$.pipe(vwap()),
        stock.trade$.pipe(vwap({ ms: 20 })),
        stock.trade$.pipe(vwap({ trades: 9 })),
      ),
      tradeFlow: merge(stock.trade$.pipe(tradeFlow({ trades: 50 })), stock.trade$.pipe(tradeFlow({ ms: 50 }))),
      bars: merge(stock.trade$.pipe(bars({ ticks: 4 })), stock.trade$.pipe(bars({ volume: 2_000 }))),
      atr: stock.trade$.pipe(bars({ ticks: 2 }), atr(14)),
      send: micro$.pipe(send((micro) => micro.value > 0)),
      rxjs: micro$.pipe(
        map((micro) => micro.value > 3_200_050.5),
        filter((isHigh) => isHigh),
      ),
    };
    const { only } = ctx.params;
    if (only === '') return merge(...Object.values(pipelines));
    return pipelines[only as keyof typeof pipelines];
  },
});
