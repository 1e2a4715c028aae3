import { defineStrategy, microprice, param, sampleEvery, send } from '../engine/index.ts';

/** Of `ctx.cells`: the sample before, and the variance of what the price moves from one to the next, in ticks². */
const LAST = 0;
const VARIANCE = 1;
/** Samples over which the variance is averaged. */
const MEMORY = 50;

/**
 * Quotes both sides around a reservation price, as Avellaneda and Stoikov (2008) have it: with q lots held, a variance of
 * σ² ticks² a second, a horizon of T seconds and a risk aversion of γ it lies q γ σ² T ticks below the microprice, and the
 * best quotes half of γ σ² T + (2 / γ) ln(1 + γ / κ) ticks on either side of it. What is held thus moves both quotes to
 * where it goes away. Further levels lie behind, a step each.
 */
export default defineStrategy({
  name: 'market-maker',
  description: 'Quotes a ladder on both sides (Avellaneda–Stoikov), lower while it is long, higher while it is short.',
  params: {
    symbol: param.symbol('AAPL', { description: 'What to quote.' }),
    lot: param.integer(100, { min: 1, live: true, description: 'Shares of a level, and the unit of inventory.' }),
    levels: param.integer(3, { min: 1, max: 16, description: 'Levels a side.' }),
    stepTicks: param.integer(1, { min: 1, max: 100, live: true, description: 'Ticks from one level to the next.' }),
    riskAversion: param.number(0.1, { min: 1e-6, max: 10, live: true, description: 'γ, per tick and lot.' }),
    arrivalDecay: param.number(1.5, {
      min: 1e-6,
      max: 100,
      live: true,
      description: 'κ, per tick: how fast executions become rarer away from the mid.',
    }),
    horizonSeconds: param.number(1, {
      min: 0.01,
      max: 3_600,
      live: true,
      description: 'T: how long inventory is held.',
    }),
    maxLots: param.integer(5, { min: 1, live: true, description: 'Most lots held, long or short.' }),
    everyMs: param.integer(100, { min: 1, max: 3_600_000, description: 'Time between two quotes.' }),
  },
  setup(ctx) {
    const stock = ctx.instrument(ctx.params.symbol);
    const { tickSize, book } = stock;
    const cells = ctx.cells('volatility', 2);
    const ladder = () => Array.from({ length: ctx.params.levels }, () => ({ price: Number.NaN, quantity: 0 }));
    const sides = { bids: ladder(), asks: ladder() };
    const passive = { postOnly: true, keepWithinTicks: 0 };
    return stock.book$.pipe(
      microprice(),
      sampleEvery(ctx.params.everyMs),
      send((price) => {
        if (Number.isNaN(price.value)) return;
        const { lot, stepTicks, riskAversion, arrivalDecay, horizonSeconds, maxLots, everyMs } = ctx.params;
        const moved = cells[LAST] === 0 ? 0 : (price.value - cells[LAST]) / tickSize;
        cells[LAST] = price.value;
        cells[VARIANCE] += (moved * moved - cells[VARIANCE]) / MEMORY;
        const risk = riskAversion * cells[VARIANCE] * (1_000 / everyMs) * horizonSeconds;
        const lots = ctx.position(stock) / lot;
        const reservation = price.value / tickSize - lots * risk;
        const half = risk / 2 + Math.log(1 + riskAversion / arrivalDecay) / riskAversion;
        // Never through the other side's best.
        const bestBid = Math.min(Math.floor(reservation - half), book.askPrice(0) / tickSize - 1);
        const bestAsk = Math.max(Math.ceil(reservation + half), book.bidPrice(0) / tickSize + 1);
        for (let level = 0; level < sides.bids.length; level += 1) {
          const bid = sides.bids[level];
          const ask = sides.asks[level];
          bid.price = (bestBid - level * stepTicks) * tickSize;
          ask.price = (bestAsk + level * stepTicks) * tickSize;
          // All levels of a side may execute: together they stay within the bound.
          bid.quantity = lots + level + 1 <= maxLots ? lot : 0;
          ask.quantity = level + 1 - lots <= maxLots ? lot : 0;
        }
        ctx.orders.quote(stock, sides, passive);
      }),
    );
  },
});
