import { Decimal } from 'decimal.js';
import type { Instrument } from '../domain/instrument.ts';
import { POSITION, POSITION_DOUBLES } from '../domain/position.ts';

/** Id of orders and positions that belong to no loaded strategy. */
export const HOUSE = 'house';

export interface PositionReport {
  strategy: string;
  symbol: string;
  quantity: number;
  /** Of what is open, in currency, at the instrument's scale; `0.0000` when flat. */
  averagePrice: string;
  /** Of what was closed, in currency, exact, at least two decimals. */
  realizedPnl: string;
  /** What is open, at the middle of the market, else at the last trade; null where there was neither. */
  unrealizedPnl: string | null;
  bought: number;
  sold: number;
}

export interface InstrumentReport {
  symbol: string;
  /** A price of the order log is an integer of 1/priceScale. */
  priceScale: number;
  multiplier: number;
  /** What one is worth at the end, as a price: the middle of the market, else the last trade; null where there was neither. */
  mark: string | null;
}

/** In the order of their handles. Cold. */
export const instrumentReports = (
  instruments: readonly Instrument[],
  markOf: (handle: number) => number,
): InstrumentReport[] =>
  instruments.map(({ handle, symbol, priceScale, multiplier }) => {
    const mark = markOf(handle);
    return {
      symbol,
      priceScale,
      multiplier,
      mark: Number.isNaN(mark) ? null : new Decimal(mark).div(priceScale).toFixed(),
    };
  });

/**
 * Positions of one strategy, of instruments that it holds or has traded. Cold.
 * @param markOf what one is worth just now, in 1/priceScale; NaN where nobody knows
 */
export const positionReports = (
  strategy: string,
  positions: Float64Array,
  instruments: readonly Instrument[],
  markOf: (handle: number) => number = () => Number.NaN,
): PositionReport[] => {
  const reports: PositionReport[] = [];
  for (const { handle, symbol, priceScale, multiplier } of instruments) {
    const at = (field: number) => positions[handle * POSITION_DOUBLES + field] as number;
    if (at(POSITION.quantity) === 0 && at(POSITION.bought) === 0 && at(POSITION.sold) === 0) continue;
    const digits = Math.round(Math.log10(priceScale));
    const quantity = at(POSITION.quantity);
    const cost = new Decimal(at(POSITION.cost));
    const inCurrency = (units: Decimal): string => {
      const amount = units.div(priceScale).times(multiplier);
      return amount.toFixed(Math.max(2, amount.decimalPlaces()));
    };
    const mark = quantity === 0 ? 0 : markOf(handle);
    reports.push({
      strategy,
      symbol,
      quantity,
      averagePrice: (quantity === 0 ? new Decimal(0) : cost.div(quantity).div(priceScale)).toFixed(digits),
      realizedPnl: inCurrency(new Decimal(at(POSITION.realizedPnl))),
      unrealizedPnl: Number.isNaN(mark) ? null : inCurrency(new Decimal(mark).times(quantity).minus(cost)),
      bought: at(POSITION.bought),
      sold: at(POSITION.sold),
    });
  }
  return reports;
};
