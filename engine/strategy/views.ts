import type { FeedEvent } from '../domain/feed-event.ts';

/** A view that is valid until the handler or operator it was given to returns. Keep `snapshot()`, never the view. */
export interface Borrowed<Snapshot> {
  /** A plain copy to keep. Allocates. */
  snapshot(): Snapshot;
}

/** One message of the feed, to keep. */
export interface TickSnapshot {
  readonly kind: FeedEvent;
  readonly instrument: number;
  readonly side: number;
  readonly price: number;
  readonly size: number;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  readonly exchangeTimeNs: number;
  readonly receiveTimeNs: number;
  readonly sequence: number;
}

/** One message of the feed and the best prices after it. Prices are integers of 1/priceScale, NaN where there is none. */
export interface TickView extends TickSnapshot, Borrowed<TickSnapshot> {}

/** One trade, to keep. */
export interface TradeSnapshot {
  readonly kind: FeedEvent;
  readonly instrument: number;
  /** Side of the resting order; 0 where the feed does not say. */
  readonly side: number;
  readonly price: number;
  readonly size: number;
  readonly exchangeTimeNs: number;
  readonly sequence: number;
  /** False for executions that must not be counted in volume. */
  readonly printable: boolean;
}

/** One trade: an execution of the book, or one that the book did not show. */
export interface TradeView extends TradeSnapshot, Borrowed<TradeSnapshot> {}

/** A change in the trading of an instrument, to keep. */
export interface StatusSnapshot {
  readonly kind: FeedEvent;
  readonly instrument: number;
  /** ASCII character of the state, as the feed has it: `T` trading, `H` halted. */
  readonly code: string;
  readonly halted: boolean;
  readonly exchangeTimeNs: number;
}

/** A change in the trading of an instrument: halted, resumed. */
export interface StatusView extends StatusSnapshot, Borrowed<StatusSnapshot> {}

/** News of an auction's imbalance, to keep. */
export interface ImbalanceSnapshot {
  readonly instrument: number;
  /** Side with more shares than the other in the auction to come; 0 where neither has, or the feed cannot say. */
  readonly side: number;
  /** Shares of that side which find no other side. */
  readonly size: number;
  /** Shares that would trade at the reference price. */
  readonly pairedShares: number;
  readonly referencePrice: number;
  /** Price at which auction orders alone would trade, and that at which they would with the book's; NaN while there is none. */
  readonly farPrice: number;
  readonly nearPrice: number;
  /** Cross Type: `O` opening, `C` closing, `H` after a halt. */
  readonly code: string;
  readonly exchangeTimeNs: number;
}

/** What the feed tells of an auction to come. */
export interface ImbalanceView extends ImbalanceSnapshot, Borrowed<ImbalanceSnapshot> {}

/** News of the whole feed, to keep. */
export interface FeedSnapshot {
  /** `gap`, or `systemEvent` with its code. */
  readonly kind: FeedEvent;
  readonly code: string;
  readonly sequence: number;
  readonly lostMessages: number;
}

/** News of the whole feed. */
export interface FeedView extends FeedSnapshot, Borrowed<FeedSnapshot> {}

/** A book, to keep: best levels first. */
export interface BookSnapshot {
  readonly bids: readonly { readonly price: number; readonly size: number; readonly orders: number }[];
  readonly asks: readonly { readonly price: number; readonly size: number; readonly orders: number }[];
}

/** Best levels of an instrument, level 0 the best; NaN where a level does not exist. */
export interface BookView extends Borrowed<BookSnapshot> {
  readonly bidLevels: number;
  readonly askLevels: number;
  bidPrice(level: number): number;
  bidSize(level: number): number;
  bidOrders(level: number): number;
  askPrice(level: number): number;
  askSize(level: number): number;
  askOrders(level: number): number;
  /** Halfway between the best prices; NaN while a side is empty. */
  readonly mid: number;
  readonly stale: boolean;
  readonly halted: boolean;
}

/** One execution, to keep. */
export interface FillSnapshot {
  readonly orderId: number;
  readonly instrument: number;
  readonly symbol: string;
  readonly side: number;
  readonly price: number;
  readonly quantity: number;
}

/** One execution of one of this strategy's orders. */
export interface FillView extends FillSnapshot, Borrowed<FillSnapshot> {}
