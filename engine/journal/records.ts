/**
 * Records of the order journal. Those of orders are images: the whole row as it is after what happened, so that the last
 * image of an order is the order, and a reader needs no rules of its own. The others are JSON in UTF-8.
 */
export const JOURNAL_KIND = {
  /** JSON, JournalOpened: a run begins. Everything behind it uses its numbers of strategies. */
  opened: 1,
  /** JSON, JournalInstrument: names a handle, before the first image that uses it. */
  instrument: 2,
  /** Images: what is about to leave. */
  newOrder: 3,
  replace: 4,
  cancel: 5,
  /** Image: the gateway refused what was about to leave; nobody has seen it. */
  notSent: 6,
  /** Image: the venue said something that changed the order. */
  report: 7,
  /** Image: it is not known any more whether the venue has it. */
  inDoubt: 8,
  /** JSON, JournalCommand: what a person or a rule asked for, and the answer. */
  command: 9,
  /** JSON, JournalLimit. */
  limit: 10,
  /** JSON, JournalKill: the kill switch, set or released. */
  kill: 11,
  /** Image: an order of an earlier run, as this one begins with it. */
  carriedOrder: 12,
  /** JSON, JournalPosition: the same of a position. */
  carriedPosition: 13,
  /** JSON, JournalExecution: an execution whose ExecID(17) may come again, or be busted. */
  carriedExecution: 14,
  /** JSON {}: what was carried is complete; everything before `opened` is history. */
  carried: 15,
  /** JSON, JournalAlert: a difference, a failure, anything a person must hear of. */
  alert: 16,
  /** JSON {reason}: the run ended in order. */
  closed: 17,
  /** JSON, JournalExecution: taken back or corrected before it came, so that it must not count once it does. */
  awaitedExecution: 18,
} as const;

/** Slots of an order image, doubles. */
export const IMAGE = {
  /** Engine time; `opened` has the day. */
  timeNs: 0,
  /**
   * Number in the first ClOrdID(11) that the order had: what it is known by here, whatever it is called now. 0 where a
   * report executes an order that nobody here knows: execution and position count, and there is no order.
   */
  key: 1,
  /** As the columns of the order table; of an order in doubt `replaceOrdinal` is the replacement that is. */
  ordinal: 2,
  replaceOrdinal: 3,
  cancelOrdinal: 4,
  previousOrdinal: 5,
  /** Index into `opened.strategies`; one behind the last: orders that are no strategy's. */
  strategy: 6,
  instrument: 7,
  side: 8,
  timeInForce: 9,
  price: 10,
  quantity: 11,
  leaves: 12,
  cumQuantity: 13,
  executedValue: 14,
  newPrice: 15,
  newQuantity: 16,
  /** One of ORDER_STATE. */
  state: 17,
  /** Bits of IMAGE_FLAG. */
  flags: 18,
  /** One of ORDER_EVENT. */
  event: 19,
  /** One of CAUSE in native/layout.ts. */
  cause: 20,
  /** What this record changed: shares in the order's direction, negative for a bust, and their value (price × quantity). */
  executedQuantity: 21,
  executedValueChange: 22,
  /** MsgSeqNum(34) of the report; 0 where there is none. */
  msgSeqNum: 23,
  /** The strategy's position in the instrument after it, as POSITION has it: a reader adds nothing up. */
  positionQuantity: 24,
  positionCost: 25,
  positionRealizedPnl: 26,
  positionBought: 27,
  positionSold: 28,
  /** As the columns of the order table. */
  assumedQuantity: 29,
  assumedValue: 30,
} as const;
export const IMAGE_DOUBLES = 31;

export const IMAGE_FLAG = { acknowledged: 1, replaced: 2, busted: 4, stopped: 8, suspended: 16 } as const;

/** Behind the doubles: one byte, the length, then ExecID(17) in ASCII. A longer one is cut; its length says so. */
export const EXEC_ID_BYTES = 64;
export const IMAGE_BYTES = IMAGE_DOUBLES * 8 + EXEC_ID_BYTES;

export interface JournalOpened {
  version: string;
  /** CLOCK_REALTIME of engine time 0, in ms since 1970, and when the run began. */
  day0Ms: number;
  startMs: number;
  pid: number;
  /** First characters of every ClOrdID(11) of this journal. */
  clOrdIdPrefix: string;
  strategies: string[];
}

export interface JournalInstrument {
  handle: number;
  symbol: string;
  priceScale: number;
  multiplier: number;
}

export interface JournalCommand {
  timeNs: number;
  who: string;
  command: string;
  arguments: Record<string, unknown>;
  ok: boolean;
  answer: string;
}

export interface JournalLimit {
  timeNs: number;
  who: string;
  /** `firm`, `session`, `strategy:NAME`, `symbol:NAME`. */
  scope: string;
  name: string;
  /** null: none. */
  old: number | null;
  new: number | null;
}

export interface JournalKill {
  timeNs: number;
  who: string;
  /** `all`, `session`, `strategy:NAME`. */
  scope: string;
  killed: boolean;
  reason: string;
}

export interface JournalPosition {
  strategy: string;
  symbol: string;
  quantity: number;
  /** Integers of 1/priceScale. */
  cost: number;
  realizedPnl: number;
  bought: number;
  sold: number;
}

export interface JournalExecution {
  execId: string;
  /** IMAGE.key of its order. */
  key: number;
  strategy: string;
  symbol: string;
  side: number;
  price: number;
  quantity: number;
  /** It was taken back or corrected before it came; quantity and price are 0. */
  isAwaited?: boolean;
}

export interface JournalAlert {
  timeNs: number;
  what: string;
}
