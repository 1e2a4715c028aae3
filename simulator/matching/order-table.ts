import type { Side } from '../../engine/domain/side.ts';
import type { TimeInForce } from '../../engine/domain/time-in-force.ts';

export const NO_ROW = -1;

/** Price of a market order. */
export const NO_LIMIT = 0;

/**
 * The open orders of an exchange, as columns over a pool of rows: nothing is allocated per order. A row is taken
 * when an order is accepted and given back when it ends.
 */
export class OrderTable {
  readonly capacity: number;
  readonly instrument: Int32Array;
  readonly side: Uint8Array;
  readonly timeInForce: Uint8Array;
  /** Integer at the instrument's price scale; NO_LIMIT for a market order. */
  readonly price: Float64Array;
  /** OrderQty(38) and CumQty(14). */
  readonly quantity: Float64Array;
  readonly filled: Float64Array;
  /** Sum of price × quantity over its fills, for AvgPx(6). */
  readonly notional: Float64Array;
  /** Sequence number of the last feed message before the order took its place in the queue. */
  readonly entrySequence: Float64Array;
  /** OrderID(37). */
  readonly orderNumber: Float64Array;
  /** Slot of its present ClOrdID(11). */
  readonly identifier: Int32Array;
  /** Neighbours in its side's priority list; `previous` is NO_ROW at the head. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly resting: Uint8Array;
  /** Rows in use. */
  open = 0;
  readonly #free: Int32Array;
  readonly #numbers = Float64Array.of(1);

  constructor(capacity: number) {
    this.capacity = capacity;
    this.instrument = new Int32Array(capacity);
    this.side = new Uint8Array(capacity);
    this.timeInForce = new Uint8Array(capacity);
    this.price = new Float64Array(capacity);
    this.quantity = new Float64Array(capacity);
    this.filled = new Float64Array(capacity);
    this.notional = new Float64Array(capacity);
    this.entrySequence = new Float64Array(capacity);
    this.orderNumber = new Float64Array(capacity);
    this.identifier = new Int32Array(capacity);
    this.next = new Int32Array(capacity);
    this.previous = new Int32Array(capacity);
    this.resting = new Uint8Array(capacity);
    this.#free = Int32Array.from({ length: capacity }, (_, i) => capacity - 1 - i);
  }

  /** Takes a row for an order that has traded nothing yet. @returns NO_ROW when all are in use */
  take(
    identifier: number,
    instrument: number,
    side: Side,
    price: number,
    quantity: number,
    timeInForce: TimeInForce,
  ): number {
    if (this.open === this.capacity) return NO_ROW;
    const row = this.#free[this.capacity - 1 - this.open++];
    this.identifier[row] = identifier;
    this.instrument[row] = instrument;
    this.side[row] = side;
    this.timeInForce[row] = timeInForce;
    this.price[row] = price;
    this.quantity[row] = quantity;
    this.filled[row] = 0;
    this.notional[row] = 0;
    this.entrySequence[row] = 0;
    this.orderNumber[row] = this.#numbers[0]++;
    this.next[row] = NO_ROW;
    this.previous[row] = NO_ROW;
    this.resting[row] = 0;
    return row;
  }

  /** OrderID(37) of the next order. */
  get nextNumber(): number {
    return this.#numbers[0];
  }

  set nextNumber(value: number) {
    this.#numbers[0] = value;
  }

  release(row: number): void {
    this.#free[this.capacity - this.open--] = row;
  }
}
