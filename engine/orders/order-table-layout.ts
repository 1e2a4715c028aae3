/**
 * The order table in shared memory:
 *
 *   header  16 doubles      capacity · maxInstruments · nextOrdinal · open
 *   doubles COLUMNS × capacity
 *   int32   INT_COLUMNS × capacity
 *   symbols maxInstruments × 16 bytes, ASCII, zero-padded
 */
export const HEADER = {
  capacity: 0,
  maxInstruments: 1,
  nextOrdinal: 2,
  open: 3,
  doubles: 16,
  symbolBytes: 16,
} as const;

export const COLUMN = {
  /** Number in the ClOrdID(11) that the venue knows the order by. */
  ordinal: 0,
  /** Of a replace or cancel that has not been answered; 0 for none. */
  replaceOrdinal: 1,
  cancelOrdinal: 2,
  /** What the order was called before its last replacement. */
  previousOrdinal: 3,
  price: 4,
  quantity: 5,
  leaves: 6,
  cumQuantity: 7,
  executedValue: 8,
  lastPrice: 9,
  lastQuantity: 10,
  /** What the replace under way asks for. */
  newPrice: 11,
  newQuantity: 12,
  /** Number in the first ClOrdID(11) that the order had: what it is known by here, whatever it is called now. */
  key: 13,
  /** Of cumQuantity and executedValue: what the venue has counted and nobody has told singly yet. */
  assumedQuantity: 14,
  assumedValue: 15,
} as const;
const COLUMNS = 16;

export const INT_COLUMN = {
  /** One of ORDER_STATE. */
  state: 0,
  strategy: 1,
  instrument: 2,
  side: 3,
  timeInForce: 4,
  /** One of ORDER_EVENT. */
  event: 5,
  /** 1 once the venue has answered the order. */
  acknowledged: 6,
  /** 1 once it has been replaced. */
  replaced: 7,
  /** ORDER_STATE.stopped or .suspended while the venue holds the order, else 0. */
  hold: 8,
  /** 1 once an execution was taken back or corrected: what CumQty(14) says may be of before. */
  busted: 9,
  /** Its terms: see OrderTermsTable. */
  terms: 10,
} as const;
const INT_COLUMNS = 11;

/** Memory for a table; capacity is the most orders open at once. */
export const createOrderTable = (capacity = 4_096, maxInstruments = 1_024): SharedArrayBuffer => {
  const bytes =
    8 * (HEADER.doubles + COLUMNS * capacity) + 4 * INT_COLUMNS * capacity + HEADER.symbolBytes * maxInstruments;
  const buffer = new SharedArrayBuffer(Math.ceil(bytes / 8) * 8);
  const header = new Float64Array(buffer, 0, HEADER.doubles);
  header[HEADER.capacity] = capacity;
  header[HEADER.maxInstruments] = maxInstruments;
  header[HEADER.nextOrdinal] = 1;
  return buffer;
};

export interface OrderTableLayout {
  readonly capacity: number;
  readonly maxInstruments: number;
  readonly header: Float64Array;
  readonly symbols: Uint8Array;
  doubles(column: number): Float64Array;
  ints(column: number): Int32Array;
}

/** The parts of a table that `createOrderTable` made. */
export const orderTableLayout = (buffer: SharedArrayBuffer): OrderTableLayout => {
  const header = new Float64Array(buffer, 0, HEADER.doubles);
  const capacity = header[HEADER.capacity] as number;
  const maxInstruments = header[HEADER.maxInstruments] as number;
  const doublesAt = 8 * HEADER.doubles;
  const intsAt = doublesAt + 8 * COLUMNS * capacity;
  const symbolsAt = intsAt + 4 * INT_COLUMNS * capacity;
  return {
    capacity,
    maxInstruments,
    header,
    symbols: new Uint8Array(buffer, symbolsAt, maxInstruments * HEADER.symbolBytes),
    doubles: (column) => new Float64Array(buffer, doublesAt + 8 * column * capacity, capacity),
    ints: (column) => new Int32Array(buffer, intsAt + 4 * column * capacity, capacity),
  };
};
