/** Limits of the checks in front of every order. Frozen at start. */
export interface RiskLimits {
  /** Largest OrderQty(38). */
  maxQuantity: number;
  /** Largest price × quantity of one order, in currency units. */
  maxNotional: number;
  /** Largest distance from the reference price (mid, else last trade), as a share of it. */
  collar: number;
  /** New orders and replaces a second, and the most that may leave at once. */
  ordersPerSecond: number;
  strategyOrdersPerSecond: number;
  /** Of the engine's bucket, what cancels may use beyond it: they are counted, never refused. */
  cancelReserve: number;
}

export const DEFAULT_RISK_LIMITS: Readonly<RiskLimits> = Object.freeze({
  maxQuantity: 10_000,
  maxNotional: 10_000_000,
  collar: 0.05,
  ordersPerSecond: 1_000,
  strategyOrdersPerSecond: 500,
  cancelReserve: 100,
});
