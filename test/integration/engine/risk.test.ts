/** What the checks refuse never reaches the venue: production gateway and exchange, the exchange counts. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defineStrategy, Side, send } from '../../../engine/index.ts';
import { NO_LIMITS, type RiskLimits } from '../../../engine/risk/limits.ts';
import { packageRoot } from '../../../native/paths.ts';
import { replayEngine } from '../../support/engine/replay-engine.ts';

const RECORDING = join(packageRoot, 'recordings', 'demo.pcap.zst');
const ORDERS = 40;

/** Buys 10 shares far below the market, again and again; nothing executes. */
const bidder = defineStrategy({
  name: 'bidder',
  setup(ctx) {
    const stock = ctx.instrument('AAPL');
    let left = ORDERS;
    return stock.book$.pipe(
      send((book) => {
        if (left === 0 || Number.isNaN(book.mid)) return;
        left -= 1;
        ctx.orders.limit(stock, Side.Buy, book.bidPrice(0) - 20_000, 10);
      }),
    );
  },
});

const ordersAtVenue = async (risk: RiskLimits) => {
  const { engine, run, exchange } = await replayEngine(RECORDING, [{ id: 'bidder', source: bidder }], { risk });
  await run();
  return { atVenue: exchange.stats().orders, refusals: engine.stats().refusals };
};

it.each<[string, RiskLimits, RiskLimits, number]>([
  ['MaxQuantity', { maxQuantity: 10 }, { maxQuantity: 9 }, 0],
  ['MaxPosition', { maxPosition: 10 * ORDERS }, { maxPosition: 10 * ORDERS - 1 }, ORDERS - 1],
  ['MaxOpenOrders', { maxOpenOrders: ORDERS }, { maxOpenOrders: 15 }, 15],
  ['Restricted', { symbols: { MSFT: { restricted: true } } }, { symbols: { AAPL: { restricted: true } } }, 0],
])('%s', async (refusal, atLimit, beyond, left) => {
  expect(await ordersAtVenue({ ...NO_LIMITS, ...atLimit })).toEqual({ atVenue: ORDERS, refusals: {} });
  expect(await ordersAtVenue({ ...NO_LIMITS, ...beyond })).toEqual({
    atVenue: left,
    refusals: { [refusal]: ORDERS - left },
  });
});
