import { type Context, defineStrategy, param, Side } from '../engine/index.ts';

const params = {
  symbol: param.symbol('AAPL', { description: 'What to trade.' }),
  quantity: param.integer(100, { min: 1, live: true, description: 'Shares per order.' }),
  enter: param.number(0.65, { min: 0, max: 1, live: true, description: 'Bid share of the touch that buys.' }),
  leave: param.number(0.5, { min: 0, max: 1, live: true, description: 'Bid share of the touch that sells.' }),
};

/** Bid share of the touch at the event before; NaN before the first. A cell: a fraction in a `let` would cost an object an event. */
const before = new Float64Array(1).fill(Number.NaN);

/** `imbalance-taker` without streams: the same orders, from handlers. */
export default defineStrategy({
  name: 'imbalance-taker-handlers',
  description: 'imbalance-taker with handlers instead of streams: sends the same orders.',
  params,
  setup(ctx) {
    ctx.instrument(ctx.params.symbol);
  },
  onBook(book, ctx) {
    const share = book.bidSize(0) / (book.bidSize(0) + book.askSize(0));
    // A side is empty: no crossing.
    if (Number.isNaN(share)) return;
    const { enter, leave } = ctx.params;
    const last = before[0];
    before[0] = share;
    if (last <= enter && share > enter) buy(ctx);
    else if (last >= leave && share < leave) sell(ctx);
  },
  onOrder(order, ctx) {
    if (order.state === 'rejected') ctx.log.warn({ order: order.id, reason: order.reason });
  },
});

function buy(ctx: Context<typeof params>): void {
  const stock = ctx.instrument(ctx.params.symbol);
  if (ctx.isFlat(stock)) ctx.orders.ioc(stock, Side.Buy, stock.book.askPrice(0), ctx.params.quantity);
}

function sell(ctx: Context<typeof params>): void {
  const stock = ctx.instrument(ctx.params.symbol);
  const held = ctx.position(stock);
  if (held > 0 && ctx.working(stock) === 0) ctx.orders.ioc(stock, Side.Sell, stock.book.bidPrice(0), held);
}
