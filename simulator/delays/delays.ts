/** How long orders and reports are under way, in whole ns of recorded time; small integers, asked for each message. */
export interface Delays {
  /** From the order's last byte at the exchange to its matching. */
  orderNs(): number;
  /** From a trade, cancel or acceptance to the report's departure. */
  reportNs(): number;
}

/** Of a co-located engine, each way: a switch, a card and a kernel. */
export const DEFAULT_DELAY_NS = 10_000;

export function constantDelays(orderNs: number = DEFAULT_DELAY_NS, reportNs: number = DEFAULT_DELAY_NS): Delays {
  return { orderNs: () => orderNs, reportNs: () => reportNs };
}
