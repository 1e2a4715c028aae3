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
  /** JSON, NumberedTerms: what a number of IMAGE.terms stands for, in this run and all that follow. */
  terms: 18,
} as const;

/** Kinds whose payload is an order image. */
export const IMAGE_KINDS: ReadonlySet<number> = new Set([
  JOURNAL_KIND.newOrder,
  JOURNAL_KIND.replace,
  JOURNAL_KIND.cancel,
  JOURNAL_KIND.notSent,
  JOURNAL_KIND.report,
  JOURNAL_KIND.inDoubt,
  JOURNAL_KIND.carriedOrder,
]);

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
  /** Number of its terms: a record `terms` says what it stands for, below 16 it is the TimeInForce(59) of a plain limit order. */
  terms: 31,
} as const;
export const IMAGE_DOUBLES = 32;

export const IMAGE_FLAG = { acknowledged: 1, replaced: 2, busted: 4, stopped: 8, suspended: 16 } as const;

/** Behind the doubles: one byte, the length, then ExecID(17) in ASCII. A longer one is cut; its length says so. */
export const EXEC_ID_BYTES = 64;
export const IMAGE_BYTES = IMAGE_DOUBLES * 8 + EXEC_ID_BYTES;

/**
 * Behind the image, one after the other: each execution that the record has changed, whole, as it is remembered from now
 * on. Position and memory are in one record, so that no end of the process comes between them.
 */
export const EXECUTION_IMAGE = {
  /** Number of the execution in this run, from 1. */
  serial: 0,
  /** As the columns of Executions. */
  key: 1,
  strategy: 2,
  instrument: 3,
  side: 4,
  /** One of EXECUTION. */
  status: 5,
  /** Serial of the correction that stands in its place; 0 for none. */
  successor: 6,
  /** Its own, whatever of it was known before: not the change of a position. */
  price: 7,
  quantity: 8,
  /** Of the whole ExecID(17), of which no more than EXECUTION_ID_BYTES follow in ASCII. */
  idLength: 9,
  idHash: 10,
} as const;
export const EXECUTION_IMAGE_DOUBLES = 11;
export const EXECUTION_ID_BYTES = 48;
export const EXECUTION_IMAGE_BYTES = EXECUTION_IMAGE_DOUBLES * 8 + EXECUTION_ID_BYTES;
/** A record has no more of them; what is left follows in the next one, about the same order. */
export const EXECUTIONS_AN_IMAGE = 4;

/** How many executions follow an image in a payload of so many bytes; -1 where that is no image. */
export const executionsBehind = (bytes: number): number => {
  const count = (bytes - IMAGE_BYTES) / EXECUTION_IMAGE_BYTES;
  return Number.isInteger(count) && count >= 0 && count <= EXECUTIONS_AN_IMAGE ? count : -1;
};

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
  /** Back at what the configuration says: nothing is kept for the next run. */
  isDefault?: true;
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

/** See EXECUTION_IMAGE. */
export interface JournalExecution {
  serial: number;
  /** Cut where it is longer than EXECUTION_ID_BYTES. */
  execId: string;
  idLength: number;
  idHash: number;
  /** IMAGE.key of its order. */
  key: number;
  strategy: string;
  symbol: string;
  side: number;
  status: number;
  successor: number;
  price: number;
  quantity: number;
}

export interface JournalAlert {
  timeNs: number;
  what: string;
}
