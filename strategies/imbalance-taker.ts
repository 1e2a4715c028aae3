import { filter, merge } from 'rxjs';
import { crossesAbove, crossesBelow, defineStrategy, param, Side, select, send } from '../engine/index.ts';

/**
 * Buys when the best bid outweighs the best ask, sells when it no longer does. One position at a time, taken and closed
 * with immediate-or-cancel orders at the touch.
 */
export default defineStrategy({
  name: 'imbalance-taker',
  description: 'Buys when the best bid outweighs the best ask, sells when it no longer does.',
  params: {
    symbol: param.symbol('AAPL', { description: 'What to trade.' }),
    quantity: param.integer(100, { min: 1, live: true, description: 'Shares per order.' }),
    enter: param.number(0.65, { min: 0, max: 1, live: true, description: 'Bid share of the touch that buys.' }),
    leave: param.number(0.5, { min: 0, max: 1, live: true, description: 'Bid share of the touch that sells.' }),
  },
  setup(ctx) {
    const stock = ctx.instrument(ctx.params.symbol);
    // NaN while a side is empty: no crossing.
    const bidShare$ = stock.book$.pipe(
      select((book, out) => out.set(book.bidSize(0) / (book.bidSize(0) + book.askSize(0)))),
    );
    return merge(
      bidShare$.pipe(
        crossesAbove(() => ctx.params.enter),
        filter(() => ctx.isFlat(stock)),
        send(() => ctx.orders.ioc(stock, Side.Buy, stock.book.askPrice(0), ctx.params.quantity)),
      ),
      bidShare$.pipe(
        crossesBelow(() => ctx.params.leave),
        filter(() => ctx.position(stock) > 0 && ctx.working(stock) === 0),
        send(() => ctx.orders.ioc(stock, Side.Sell, stock.book.bidPrice(0), ctx.position(stock))),
      ),
    );
  },
  onOrder(order, ctx) {
    if (order.state === 'rejected') ctx.log.warn({ order: order.id, reason: order.reason });
  },
});
