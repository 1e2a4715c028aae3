/** One record of an order journal with every number by its name, as `hotlap journal` prints and exports it. */
export interface JournalEvent {
  /** UTC, to the microsecond: of the engine's clock, or of the run's beginning; null where the record has none. */
  readonly time: string | null;
  readonly kind: string;
  /** One more with each record of the journal's life. */
  readonly sequence: number;
  /** File and byte at which the record begins. */
  readonly file: string;
  readonly byte: number;
  /** Of records about an order. */
  readonly order?: JournalOrder;
  /** Of the others: what they say. */
  readonly said?: Readonly<Record<string, unknown>>;
}

/** An order as it was after what happened. Prices are decimal strings; what there is none of is null. */
export interface JournalOrder {
  /** First ClOrdID(11) that it had; null for an execution of an order that nobody knew. */
  readonly order: string | null;
  /** ClOrdID(11) of the message, and OrigClOrdID(41); of a report, the one that the order is known by. */
  readonly clOrdId: string | null;
  readonly origClOrdId: string | null;
  readonly strategy: string;
  readonly symbol: string;
  readonly side: string;
  readonly timeInForce: string;
  readonly price: string | null;
  readonly quantity: number;
  readonly leaves: number;
  readonly cumQuantity: number;
  /** What a replacement asks for. */
  readonly newPrice: string | null;
  readonly newQuantity: number | null;
  readonly state: string;
  readonly event: string;
  readonly cause: string;
  readonly executedQuantity: number;
  readonly executedPrice: string | null;
  readonly execId: string;
  readonly msgSeqNum: number;
  /** Of its strategy in the instrument, after it. */
  readonly position: number;
}

/** What `hotlap journal verify` has found in a journal that is sound. */
export interface JournalVerdict {
  readonly folder: string;
  readonly records: number;
  readonly orders: number;
  readonly runs: number;
  readonly segments: number;
  /** Records that only the ring in memory has so far. */
  readonly inMemory: number;
  /** Bytes of an unfinished write at the end. */
  readonly tornBytes: number;
}
