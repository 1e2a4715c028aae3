import { merge } from 'rxjs';
import {
  type Context,
  defineStrategy,
  latestOf,
  microprice,
  param,
  Side,
  type StrategyInstrument,
  sampleEvery,
  select,
  send,
  zScore,
} from '../engine/index.ts';

const params = {
  first: param.symbol('MSFT', { description: 'Traded on the signal.' }),
  second: param.symbol('NVDA', { description: 'The hedge.' }),
  quantity: param.integer(100, { min: 1, live: true, description: 'Shares of the first.' }),
  window: param.integer(40, { min: 2, max: 100_000, description: 'Samples of the ratio behind its z-score.' }),
  everyMs: param.integer(50, { min: 1, max: 3_600_000, description: 'Time between two samples.' }),
  enter: param.number(2, {
    min: 0.1,
    max: 10,
    live: true,
    description: 'Standard deviations from the mean that open.',
  }),
  leave: param.number(0.5, {
    min: 0,
    max: 10,
    live: true,
    description: 'Standard deviations from the mean that close.',
  }),
};

/**
 * Two stocks that move together: sells the first and buys the second when their ratio is far above its mean, the other way
 * around far below, and closes both near it. The second leg follows what of the first has executed, never what was hoped.
 */
export default defineStrategy({
  name: 'pairs',
  description: 'Trades the ratio of two symbols back to its mean; the second hedges what of the first has executed.',
  params,
  setup(ctx) {
    const first = ctx.instrument(ctx.params.first);
    const second = ctx.instrument(ctx.params.second);
    const ratio$ = latestOf(first.book$.pipe(microprice()), second.book$.pipe(microprice())).pipe(
      select((latest, out) => out.set(Math.log(latest.value(0) / latest.value(1)))),
      sampleEvery(ctx.params.everyMs),
    );
    return merge(
      ratio$.pipe(
        zScore(ctx.params.window, { keep: 'ratio' }),
        send((z) => {
          const { enter, leave, quantity } = ctx.params;
          const held = ctx.position(first);
          if (held === 0 && z.value > enter) take(ctx, first, -quantity);
          else if (held === 0 && z.value < -enter) take(ctx, first, quantity);
          // Beyond the mean, or near it: NaN is neither.
          else if (held !== 0 && z.value * Math.sign(held) > -leave) take(ctx, first, -held);
        }),
      ),
      ctx.fill$.pipe(
        send((fill) => {
          if (fill.instrument === first.handle) hedge(ctx, first, second);
        }),
      ),
      // What the hedge did not get at once it tries again.
      ratio$.pipe(send(() => hedge(ctx, first, second))),
    );
  },
});

/** At the touch, at once or not at all. @param quantity signed */
function take(ctx: Context<typeof params>, stock: StrategyInstrument, quantity: number): void {
  if (quantity === 0 || ctx.working(stock) !== 0) return;
  const side = quantity > 0 ? Side.Buy : Side.Sell;
  const price = quantity > 0 ? stock.book.askPrice(0) : stock.book.bidPrice(0);
  // NaN: nobody is there.
  if (price > 0) ctx.orders.ioc(stock, side, price, Math.abs(quantity));
}

/** As much money of the second as there is of the first, the other way around. */
function hedge(ctx: Context<typeof params>, first: StrategyInstrument, second: StrategyInstrument): void {
  const held = ctx.position(first);
  const wanted = held === 0 ? 0 : -Math.round((held * first.book.mid) / second.book.mid);
  const missing = wanted - ctx.position(second);
  // A few shares more or less, as the prices move, are not worth a spread.
  if (wanted === 0 || Math.abs(missing) * 10 > Math.abs(wanted)) take(ctx, second, missing);
}
