/** Why an order, cancel or replace was not sent. The engine counts each by its code; a strategy sees the name. */
export const REFUSALS = [
  'None',
  /** Trading is not enabled: the engine was not armed, was disarmed, or is stopping. */
  'NotArmed',
  /** This strategy has faulted: it sends nothing more; its cancels still pass. */
  'StrategyFaulted',
  /** The order session is not logged on. */
  'SessionNotReady',
  /** The handle is not one that this strategy asked for. */
  'UnknownInstrument',
  /** The price is NaN: a side of the book was empty. */
  'NoPrice',
  /** Not a positive whole number. */
  'InvalidQuantity',
  'MaxQuantity',
  'LotSize',
  /** Price times quantity passes the limit, or the range in which it is exact. */
  'MaxNotional',
  'TickSize',
  /** There is no mid and no last trade to hold the price against. */
  'NoReferencePrice',
  'PriceCollar',
  /** The feed had a gap; what the book shows is not known to be true. */
  'StaleBook',
  'Halted',
  /** The engine's bucket of orders in one second is empty; then this strategy's share of it. */
  'OrderRate',
  'StrategyOrderRate',
  /** As many orders are open as the table has rows. */
  'OrderTableFull',
  /** The order is in a final state, or was never this strategy's. */
  'OrderNotWorking',
  /** An earlier cancel or replace of this order, or the order itself, has not been answered. */
  'RequestPending',
  /** The transport's pending bytes reached their bound. */
  'TransportFull',
  /** The gateway cannot write it into a message. */
  'InvalidOrder',
  /** The order session's store has no room just now; then: it has failed, and nothing is sent any more. */
  'StoreFull',
  'StoreFailed',
  /** The session is sending old messages again; new orders wait until that is over. */
  'Resending',
  /** The venue's own limit of messages in a stretch of time is reached. */
  'Throttled',
  /** The kill switch is on for this strategy, for the session, or for all: cancels pass. */
  'Killed',
  /** What was open before this start has not been reconciled with the venue yet. */
  'Recovering',
  /** The order would open or enlarge a position, and only reducing ones may leave. */
  'ReduceOnly',
  /** The instrument is on the list of those that may not be traded, or not sold short. */
  'Restricted',
  'ShortSale',
  /** Bid and ask are equal, or the wrong way round: the price is held against nothing that can be true. */
  'LockedMarket',
  /** Open orders: their number, and what they may cost. */
  'MaxOpenOrders',
  'MaxOpenNotional',
  /** What the position may become once every open order of that side has executed. */
  'MaxPosition',
  'MaxGross',
  'MaxNet',
  /** The loss so far has reached its limit. */
  'MaxLoss',
  /** As `OrderRate`, over ten seconds; cancels beyond their share of the rate. */
  'OrderRate10s',
  'CancelRate',
  /** The same order has executed again and again within a short time. */
  'Runaway',
  /** The same side, price and quantity left a moment ago. */
  'DuplicateOrder',
  /** It would trade with an open order of one's own. */
  'SelfMatch',
  /** The order journal has no room just now; then: it has failed, and nothing is sent any more. */
  'JournalFull',
  'JournalFailed',
  /** The number for ClOrdID(11) has been used before. */
  'DuplicateClOrdID',
  /** The venue takes no market orders, as the configuration has it. */
  'NotOffered',
] as const;

/** Why an order was refused before it left: the name of the check, as the summary counts it. */
export type Refusal = Exclude<(typeof REFUSALS)[number], 'None'>;

/** Codes by name: `REFUSAL.PriceCollar`. */
export const REFUSAL = Object.fromEntries(REFUSALS.map((name, code) => [name, code])) as {
  readonly [Name in (typeof REFUSALS)[number]]: number;
};
