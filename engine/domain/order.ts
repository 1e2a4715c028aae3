import type { OrderEvent, OrderState } from './order-state.ts';
import type { Side } from './side.ts';
import type { TimeInForce } from './time-in-force.ts';

/** What an order has in every state. */
export interface OrderFields {
  /** Ordinal in ClOrdID(11); changes when a replacement is accepted. */
  readonly id: number;
  /** Of the order table. */
  readonly row: number;
  /** Handle of the instrument: compare with `instrument.handle`. */
  readonly instrument: number;
  readonly symbol: string;
  readonly side: Side;
  readonly timeInForce: TimeInForce;
  /** Integer of 1/priceScale. */
  readonly price: number;
  /** OrderQty(38). */
  readonly quantity: number;
  /** LeavesQty(151): what may still execute. */
  readonly leaves: number;
  /** CumQty(14): what has executed. */
  readonly filledQuantity: number;
  /**
   * Shares that are displayed ahead of it at its price, at most: whoever was there when its acceptance came. NaN for an
   * order that does not rest, and where the feed shows no single orders. A look into the book: not free.
   */
  readonly queueAhead: number;
  /** What the latest report said. */
  readonly event: OrderEvent;
}

/** What an order has once some of it has executed. */
export interface Executed {
  /** LastPx(31) and LastQty(32) of the latest execution. */
  readonly lastPrice: number;
  readonly lastQuantity: number;
  /** Mean price of all executions, in 1/priceScale; may be fractional. */
  readonly averagePrice: number;
}

/** What an order has that was refused, or of which nobody knows what became. */
export type Refused = {
  /** Text(58) of the venue, or why the order is in doubt. */
  readonly reason: string;
};

/**
 * An order of this strategy, by state: what a state does not have does not compile.
 * The object belongs to a row of the order table. It is this order's for as long as the order is open; a row is
 * used again only after it has been closed the longest of all, so do not keep orders that are done.
 */
export type Order =
  | (OrderFields & {
      readonly state: Exclude<OrderState, 'partiallyFilled' | 'filled' | 'rejected' | 'inDoubt' | 'neverReached'>;
    })
  | (OrderFields & Executed & { readonly state: 'partiallyFilled' })
  | (OrderFields & Executed & { readonly state: 'filled' })
  | (OrderFields & Refused & { readonly state: 'rejected' })
  | (OrderFields & Refused & { readonly state: 'inDoubt' })
  | (OrderFields & Refused & { readonly state: 'neverReached' });
