/** Offsets of one instrument in a strategy's positions: Float64Array(instruments × POSITION_DOUBLES). */
export const POSITION = {
  /** Signed: positive is long. */
  quantity: 0,
  /** What the open quantity cost, signed like it: the sum of price × quantity, an integer of 1/priceScale. */
  cost: 1,
  /** Profit of closed quantity, an integer of 1/priceScale, before `multiplier`. */
  realizedPnl: 2,
  /** LeavesQty(151) of the open orders, by side. */
  workingBuy: 3,
  workingSell: 4,
  /** Shares bought and sold. */
  bought: 5,
  sold: 6,
  /** In the house's row, of the instrument: mid or last trade as it was some ms ago, 1/priceScale; 0 until there is one. */
  mark: 7,
} as const;

export const POSITION_DOUBLES = 8;

/** One execution, or what is taken back of one, on its way into a position: Float64Array(CHANGE_DOUBLES). */
export const CHANGE = {
  /** Shares in the order's direction; negative where they are taken back. */
  quantity: 0,
  /** Price × quantity, signed like the quantity. */
  value: 1,
  /** 1 where it is what the report's ExecID(17) names, and not a consequence of it. */
  isNamed: 2,
} as const;
export const CHANGE_DOUBLES = 3;
