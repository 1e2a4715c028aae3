import { merge } from 'rxjs';
import {
  atr,
  bars,
  type Context,
  defineStrategy,
  param,
  Side,
  type StrategyInstrument,
  send,
} from '../engine/index.ts';

const params = {
  symbol: param.symbol('AAPL', { description: 'What to trade.' }),
  quantity: param.integer(100, { min: 1, live: true, description: 'Shares per order.' }),
  barMs: param.integer(500, { min: 1, max: 3_600_000, description: 'Length of a bar.' }),
  channel: param.integer(8, { min: 2, max: 1_000, description: 'Bars whose highest and lowest price must be broken.' }),
  stop: param.number(1.5, {
    min: 0.1,
    max: 100,
    live: true,
    description: 'Average true ranges that the price may come back.',
  }),
};

/** Of `ctx.cells`: bars so far, the average true range, the best price since it holds; then highs, then lows. */
const COUNT = 0;
const RANGE = 1;
const BEST = 2;
const HIGHS = 3;

/**
 * Follows a price that leaves the channel of its last bars (R. Donchian's), and closes when it has come back from the best
 * by some average true ranges (J. W. Wilder's).
 */
export default defineStrategy({
  name: 'momentum-breakout',
  description: 'Follows a price that leaves the channel of its last bars; a stop at some average true ranges closes.',
  params,
  setup(ctx) {
    const stock = ctx.instrument(ctx.params.symbol);
    const { channel, barMs } = ctx.params;
    const cells = ctx.cells('channel', HIGHS + 2 * channel);
    const lows = HIGHS + channel;
    const bar$ = stock.trade$.pipe(bars({ ms: barMs }));
    return merge(
      bar$.pipe(
        atr(channel),
        send((range) => {
          cells[RANGE] = range.value;
        }),
      ),
      bar$.pipe(
        send((bar) => {
          if (cells[COUNT] >= channel && ctx.isFlat(stock)) {
            if (bar.close > highest(cells, HIGHS, channel)) take(ctx, stock, ctx.params.quantity);
            else if (bar.close < lowest(cells, lows, channel)) take(ctx, stock, -ctx.params.quantity);
            cells[BEST] = bar.close;
          }
          const place = cells[COUNT] % channel;
          cells[HIGHS + place] = bar.high;
          cells[lows + place] = bar.low;
          cells[COUNT] += 1;
        }),
      ),
      stock.trade$.pipe(
        send((trade) => {
          const held = ctx.position(stock);
          if (held === 0) return;
          const sign = Math.sign(held);
          if ((trade.price - cells[BEST]) * sign > 0) cells[BEST] = trade.price;
          if ((cells[BEST] - trade.price) * sign > ctx.params.stop * cells[RANGE]) take(ctx, stock, -held);
        }),
      ),
    );
  },
});

/** At the touch, at once or not at all. @param quantity signed */
function take(ctx: Context<typeof params>, stock: StrategyInstrument, quantity: number): void {
  if (ctx.working(stock) !== 0) return;
  const side = quantity > 0 ? Side.Buy : Side.Sell;
  const price = quantity > 0 ? stock.book.askPrice(0) : stock.book.bidPrice(0);
  // NaN: nobody is there.
  if (price > 0) ctx.orders.ioc(stock, side, price, Math.abs(quantity));
}

function highest(cells: Float64Array, from: number, count: number): number {
  let at = from;
  for (let each = from + 1; each < from + count; each += 1) if (cells[each] > cells[at]) at = each;
  return cells[at];
}

function lowest(cells: Float64Array, from: number, count: number): number {
  let at = from;
  for (let each = from + 1; each < from + count; each += 1) if (cells[each] < cells[at]) at = each;
  return cells[at];
}
