/** `instruments` and `positions` of the configuration: what the feed does not say of a symbol, and what is held of it. */
import { Decimal } from 'decimal.js';
import { z } from 'zod';
import { DEFAULT_INSTRUMENT, type InstrumentSpec } from '../../engine/market/instrument-registry.ts';
import type { StartPosition } from '../../engine/orders/start-positions.ts';

/** Most shares of one position: its cost is counted exactly. */
const MAX_QUANTITY = 1_000_000_000;
const MAX_PRICE = 900_000;

const symbol = z.string().regex(/^[!-~]{1,16}$/, 'must be a symbol of 1 to 16 characters');
const decimal = z
  .union([z.string().regex(/^-?\d{1,6}(\.\d{1,8})?$/, 'must be a price, e.g. "150.25"'), z.number()])
  .refine((value) => Math.abs(Number(value)) <= MAX_PRICE, `must lie between -${MAX_PRICE} and ${MAX_PRICE}`);

const tick = decimal.refine(
  (value) => {
    const units = new Decimal(value).times(DEFAULT_INSTRUMENT.priceScale);
    return units.isInteger() && units.greaterThan(0);
  },
  `must be a positive multiple of ${1 / DEFAULT_INSTRUMENT.priceScale}`,
);

export const instrumentsSchema = z.record(
  symbol,
  z.strictObject({
    multiplier: z
      .number()
      .positive()
      .max(1e6)
      .default(DEFAULT_INSTRUMENT.multiplier)
      .describe('Currency per unit of price: of notional, profit and loss.'),
    lotSize: z.int().min(1).max(1e6).default(DEFAULT_INSTRUMENT.lotSize).describe('Orders are multiples of it.'),
    tickSize: tick
      .default(String(DEFAULT_INSTRUMENT.tickSize / DEFAULT_INSTRUMENT.priceScale))
      .describe('Smallest step of a price.'),
  }),
);

export const positionsSchema = z
  .array(
    z.strictObject({
      strategy: z.string().min(1).default('house').describe('Who holds it: the id of a strategy, or `house`.'),
      symbol: symbol.describe('What is held.'),
      quantity: z.int().min(-MAX_QUANTITY).max(MAX_QUANTITY).describe('Negative is short.'),
      averagePrice: decimal.describe('What one of it cost.'),
    }),
  )
  .max(10_000);

export type InstrumentSettings = z.output<typeof instrumentsSchema>;
export type PositionSettings = z.output<typeof positionsSchema>;

/** By symbol; absent symbols are as DEFAULT_INSTRUMENT. */
export type InstrumentSpecs = Readonly<Record<string, InstrumentSpec>>;

export const instrumentSpecs = (settings: InstrumentSettings = {}): InstrumentSpecs =>
  Object.fromEntries(
    Object.entries(settings).map(([name, { multiplier, lotSize, tickSize }]) => {
      const { priceScale } = DEFAULT_INSTRUMENT;
      const units = new Decimal(tickSize).times(priceScale).toNumber();
      return [name, { priceScale, multiplier, lotSize, tickSize: units }];
    }),
  );

export const startPositions = (settings: PositionSettings = []): StartPosition[] =>
  settings.map(({ strategy, symbol: of, quantity, averagePrice }) => ({
    strategy,
    symbol: of,
    quantity,
    // As for every average: the cost is a whole number of units.
    cost: new Decimal(averagePrice).times(DEFAULT_INSTRUMENT.priceScale).times(quantity).round().toNumber(),
  }));
