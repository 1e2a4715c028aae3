import { defineStrategy, param, Side, send } from '../engine/index.ts';

/**
 * For measuring: an immediate-or-cancel order at the touch at each n-th event of one book, sides alternating, so that
 * the position stays near nothing. bench/floor/probe.h has the same rule in C++.
 */
export default defineStrategy({
  name: 'latency-probe',
  description: 'For measuring: an order at the touch at each n-th event of one book, sides alternating.',
  params: {
    symbol: param.symbol('AAPL', { description: 'What to trade.' }),
    every: param.integer(100, { min: 1, live: true, description: 'Events of the book for each order.' }),
    quantity: param.integer(1, { min: 1, live: true, description: 'Shares per order.' }),
  },
  setup(ctx) {
    const stock = ctx.instrument(ctx.params.symbol);
    let left = ctx.params.every;
    let buy = true;
    return stock.book$.pipe(
      send((book) => {
        left -= 1;
        if (left > 0) return;
        left = ctx.params.every;
        const price = buy ? book.askPrice(0) : book.bidPrice(0);
        // No order without a touch.
        if (Number.isNaN(price)) return;
        ctx.orders.ioc(stock, buy ? Side.Buy : Side.Sell, price, ctx.params.quantity);
        buy = !buy;
      }),
    );
  },
});
