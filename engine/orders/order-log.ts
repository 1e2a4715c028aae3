import { HotlapError } from '../domain/errors.ts';

/**
 * Every outbound order message and every inbound report, in order: records of doubles in shared memory, written by the
 * loop, drained (and hashed) by the main thread. The loop stops taking market data before the ring is full; when
 * reports and timers fill it all the same, what finds no room is counted as lost, and nothing unread is overwritten.
 *
 *   header 16 int32   written · read · capacity (records) · lost; the counts wrap at 2^32
 *   records           capacity × ORDER_LOG_DOUBLES doubles
 */
export const ORDER_LOG = {
  /** Engine time. */
  timeNs: 0,
  /** One of ORDER_LOG_KIND; a report adds its ORDER_EVENT. */
  kind: 1,
  /** Behind the strategies is the house; -1 where a report belongs to nobody. */
  strategy: 2,
  instrument: 3,
  side: 4,
  /** Of a message: Price(44). Of a report: LastPx(31). 0 where there is none. */
  price: 5,
  /** Of a message: OrderQty(38). Of a report: LastQty(32). 0 where there is none. */
  quantity: 6,
  /** One of CAUSE. */
  cause: 7,
  /** Number in ClOrdID(11), and in OrigClOrdID(41); 0 for none. */
  ordinal: 8,
  origOrdinal: 9,
  /** Sequence number of the last feed message applied: for cause `tick`, the one that caused the order. */
  sequence: 10,
  /** Of a report: CumQty(14). */
  cumQuantity: 11,
  /** The order as this record leaves it: one of ORDER_STATE, what has been executed of it, and the sum of price × quantity. */
  state: 12,
  executed: 13,
  executedValue: 14,
  /** TimeInForce(59) as FIX numbers it. */
  timeInForce: 15,
  /** What this record moved in a position, in the order's direction: shares, and price × quantity. Negative where an execution was taken back. */
  movedQuantity: 16,
  movedValue: 17,
} as const;
/** What is hashed, kept and compared of a record. What lies behind it is for statistics alone. */
export const ORDER_LOG_COLUMNS = 18;
/** Halfway between the best prices as the record was written; NaN while a side is empty. */
export const ORDER_LOG_MID = 18;
/** Of a report: Commission(12) of the execution, in 1/priceScale of the currency: the multiplier is in it. NaN where the venue does not tell it. */
export const ORDER_LOG_FEE = 19;
/** OrderQty(38) of the order as this record leaves it: a replacement counts once the venue has accepted it. */
export const ORDER_LOG_ORDERED = 20;
/** Of the instrument; 0 where it is none. */
export const ORDER_LOG_MULTIPLIER = 21;
export const ORDER_LOG_DOUBLES = 22;

export const ORDER_LOG_KIND = { newOrder: 1, cancel: 2, replace: 3, report: 16 } as const;

const WRITTEN = 0;
const READ = 1;
const CAPACITY = 2;
const LOST = 3;
const HEADER_BYTES = 64;

/** @param records a power of two @param doubles of a record */
export const createOrderLog = (records = 16_384, doubles = ORDER_LOG_DOUBLES): SharedArrayBuffer => {
  if (records < 2 || !Number.isInteger(Math.log2(records))) {
    throw new HotlapError('ERR_RING_SIZE', `An order log holds a power of two of records, not ${records}.`);
  }
  const buffer = new SharedArrayBuffer(HEADER_BYTES + records * doubles * 8);
  new Int32Array(buffer, 0, 16)[CAPACITY] = records;
  return buffer;
};

/** The loop's side. */
export class OrderLogWriter {
  private readonly header: Int32Array;
  private readonly records: Float64Array;
  private readonly capacity: number;
  private readonly mask: number;
  private readonly doubles: number;

  constructor(buffer: SharedArrayBuffer, doubles = ORDER_LOG_DOUBLES) {
    this.doubles = doubles;
    this.header = new Int32Array(buffer, 0, 16);
    this.records = new Float64Array(buffer, HEADER_BYTES);
    this.capacity = this.header[CAPACITY] as number;
    this.mask = this.capacity - 1;
  }

  /** Records that can be written before the reader has to catch up. */
  get room(): number {
    return this.capacity - (((this.header[WRITTEN] as number) - Atomics.load(this.header, READ)) | 0);
  }

  /** Records that found the ring full. */
  get lost(): number {
    return (this.header[LOST] as number) >>> 0;
  }

  /** Records so far; wraps at 2^32. */
  get written(): number {
    return (this.header[WRITTEN] as number) >>> 0;
  }

  /** The slots of the next record are slots[at + ORDER_LOG.…]; fill them, then `publish`. -1: no room, counted as lost. */
  next(): number {
    if (this.room <= 0) {
      Atomics.add(this.header, LOST, 1);
      return -1;
    }
    return ((this.header[WRITTEN] as number) & this.mask) * this.doubles;
  }

  get slots(): Float64Array {
    return this.records;
  }

  publish(): void {
    Atomics.store(this.header, WRITTEN, ((this.header[WRITTEN] as number) + 1) | 0);
  }
}

/** The main thread's side. */
export class OrderLogReader {
  private readonly header: Int32Array;
  private readonly records: Float64Array;
  private readonly mask: number;
  private readonly doubles: number;

  constructor(buffer: SharedArrayBuffer, doubles = ORDER_LOG_DOUBLES) {
    this.doubles = doubles;
    this.header = new Int32Array(buffer, 0, 16);
    this.records = new Float64Array(buffer, HEADER_BYTES);
    this.mask = (this.header[CAPACITY] as number) - 1;
  }

  /** Records that found the ring full: 0, or the log is not whole. */
  get lost(): number {
    return Atomics.load(this.header, LOST) >>> 0;
  }

  /** Hands over every record that is there, then makes room. @param visit its argument is borrowed */
  drain(visit: (record: Float64Array) => void): number {
    const written = Atomics.load(this.header, WRITTEN);
    let read = this.header[READ] as number;
    const count = (written - read) | 0;
    for (; read !== written; read = (read + 1) | 0) {
      const at = (read & this.mask) * this.doubles;
      visit(this.records.subarray(at, at + this.doubles));
    }
    Atomics.store(this.header, READ, read);
    return count;
  }
}
