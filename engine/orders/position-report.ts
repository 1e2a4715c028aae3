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
  bought: number;
  sold: number;
}

/** Positions of one strategy, of instruments that it holds or has traded. Cold. */
export const positionReports = (
  strategy: string,
  positions: Float64Array,
  instruments: readonly Instrument[],
): PositionReport[] => {
  const reports: PositionReport[] = [];
  for (const { handle, symbol, priceScale, multiplier } of instruments) {
    const at = (field: number) => positions[handle * POSITION_DOUBLES + field] as number;
    if (at(POSITION.quantity) === 0 && at(POSITION.bought) === 0 && at(POSITION.sold) === 0) continue;
    const digits = Math.round(Math.log10(priceScale));
    const quantity = at(POSITION.quantity);
    const cost = new Decimal(at(POSITION.cost));
    const pnl = new Decimal(at(POSITION.realizedPnl)).div(priceScale).times(multiplier);
    reports.push({
      strategy,
      symbol,
      quantity,
      averagePrice: (quantity === 0 ? new Decimal(0) : cost.div(quantity).div(priceScale)).toFixed(digits),
      realizedPnl: pnl.toFixed(Math.max(2, pnl.decimalPlaces())),
      bought: at(POSITION.bought),
      sold: at(POSITION.sold),
    });
  }
  return reports;
};
