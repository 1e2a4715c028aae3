/** What a run has made of its orders, by strategy and symbol: docs/reference/statistics.md. Money and prices are decimal text. */
export interface TrackStatistics {
  strategy: string;
  symbol: string;
  orders: number;
  /** OrderQty(38) of all orders, as they were sent first. */
  orderedQuantity: number;
  filledOrders: number;
  filledQuantity: number;
  /** Shares executed of those ordered, 0 to 1; null without an order. */
  fillRatio: number | null;
  /** Price × quantity of all executions. */
  turnover: string;
  /** At average cost, before fees. */
  realizedPnl: string;
  /** What is open, at the last mid, before fees; null where nobody knows what it is worth. */
  unrealizedPnl: string | null;
  /** What the venue told in Commission(12), rebates negative; null where of no execution it did. */
  fees: string | null;
  /** How much worse than the mid executions were, in all; negative where better; null where no mid was known. */
  slippage: { decision: string | null; arrival: string | null };
  /** The largest fall of the equity from a high before it, fees included. */
  maxDrawdown: string;
  inventory: { least: number; most: number };
}
