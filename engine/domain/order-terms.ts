import type { TimeInForce } from './time-in-force.ts';

/** How an order is to be handled, beside its instrument, side, price and quantity. */
export interface OrderTerms {
  /** OrdType(40) Market: it has no price. Else Limit. */
  readonly isMarket: boolean;
  readonly timeInForce: TimeInForce;
  /** Account(1); absent: the venue's of the configuration. */
  readonly account?: string;
  /** ExecInst(18) in addition to the venue's of the configuration: characters with a space between two. */
  readonly execInst?: string;
  /** Further fields of order and replacement: tag → value. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** ExecInst(18) Participate don't initiate: an order that would trade as it arrives is refused instead. */
export const POST_ONLY = '6';
