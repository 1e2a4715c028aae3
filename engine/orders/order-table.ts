import { HotlapError } from '../domain/errors.ts';
import { ORDER_STATE } from '../domain/order-state.ts';
import { COLUMN, HEADER, INT_COLUMN, orderTableLayout } from './order-table-layout.ts';
import { OrdinalIndex } from './ordinal-index.ts';

/**
 * The orders of a run: columns over one SharedArrayBuffer, written by the loop, read by the watchdog at any time.
 * Rows of closed orders are used again, the longest closed first.
 */
export class OrderTable {
  readonly capacity: number;
  readonly ordinal: Float64Array;
  readonly replaceOrdinal: Float64Array;
  readonly cancelOrdinal: Float64Array;
  readonly previousOrdinal: Float64Array;
  readonly price: Float64Array;
  readonly quantity: Float64Array;
  readonly leaves: Float64Array;
  readonly cumQuantity: Float64Array;
  /** Sum of price × quantity of all executions. */
  readonly executedValue: Float64Array;
  readonly lastPrice: Float64Array;
  readonly lastQuantity: Float64Array;
  readonly newPrice: Float64Array;
  readonly newQuantity: Float64Array;
  readonly state: Int32Array;
  readonly strategy: Int32Array;
  readonly instrument: Int32Array;
  readonly side: Int32Array;
  readonly timeInForce: Int32Array;
  readonly event: Int32Array;
  readonly acknowledged: Int32Array;
  readonly replaced: Int32Array;
  /** Text(58) of a refusal, by row. */
  readonly reasons: string[];
  private readonly header: Float64Array;
  private readonly index: OrdinalIndex;
  private readonly free: Int32Array;
  private freeHead = 0;
  private freeCount: number;
  private readonly symbols: Uint8Array;
  private readonly maxInstruments: number;

  constructor(buffer: SharedArrayBuffer) {
    const layout = orderTableLayout(buffer);
    this.capacity = layout.capacity;
    this.maxInstruments = layout.maxInstruments;
    this.header = layout.header;
    this.symbols = layout.symbols;
    this.ordinal = layout.doubles(COLUMN.ordinal);
    this.replaceOrdinal = layout.doubles(COLUMN.replaceOrdinal);
    this.cancelOrdinal = layout.doubles(COLUMN.cancelOrdinal);
    this.previousOrdinal = layout.doubles(COLUMN.previousOrdinal);
    this.price = layout.doubles(COLUMN.price);
    this.quantity = layout.doubles(COLUMN.quantity);
    this.leaves = layout.doubles(COLUMN.leaves);
    this.cumQuantity = layout.doubles(COLUMN.cumQuantity);
    this.executedValue = layout.doubles(COLUMN.executedValue);
    this.lastPrice = layout.doubles(COLUMN.lastPrice);
    this.lastQuantity = layout.doubles(COLUMN.lastQuantity);
    this.newPrice = layout.doubles(COLUMN.newPrice);
    this.newQuantity = layout.doubles(COLUMN.newQuantity);
    this.state = layout.ints(INT_COLUMN.state);
    this.strategy = layout.ints(INT_COLUMN.strategy);
    this.instrument = layout.ints(INT_COLUMN.instrument);
    this.side = layout.ints(INT_COLUMN.side);
    this.timeInForce = layout.ints(INT_COLUMN.timeInForce);
    this.event = layout.ints(INT_COLUMN.event);
    this.acknowledged = layout.ints(INT_COLUMN.acknowledged);
    this.replaced = layout.ints(INT_COLUMN.replaced);
    this.reasons = new Array<string>(this.capacity).fill('');
    // At most four ordinals lead to a row: its own, the one before, a replace and a cancel under way.
    this.index = new OrdinalIndex(this.capacity * 4);
    this.free = Int32Array.from({ length: this.capacity }, (_, row) => row);
    this.freeCount = this.capacity;
  }

  get open(): number {
    return this.header[HEADER.open] as number;
  }

  get full(): boolean {
    return this.freeCount === 0;
  }

  /** The number that the next message's ClOrdID(11) gets. */
  takeOrdinal(): number {
    const ordinal = this.header[HEADER.nextOrdinal] as number;
    this.header[HEADER.nextOrdinal] = ordinal + 1;
    return ordinal;
  }

  /** Row of an order by any ordinal that led to it; -1 when there is none. */
  find(ordinal: number): number {
    return ordinal > 0 ? this.index.get(ordinal) : -1;
  }

  /** Takes a row for a new order; its columns are the caller's to fill, `state` last. Not while `full`. */
  take(ordinal: number): number {
    const row = this.free[this.freeHead] as number;
    this.freeHead = this.freeHead + 1 === this.capacity ? 0 : this.freeHead + 1;
    this.freeCount -= 1;
    this.forget(row);
    this.ordinal[row] = ordinal;
    this.index.set(ordinal, row);
    this.header[HEADER.open] = this.open + 1;
    return row;
  }

  /** Gives a row back whose order is closed. Its ordinals lead to it until it is taken again: late reports find it. */
  release(row: number): void {
    const tail = this.freeHead + this.freeCount;
    this.free[tail >= this.capacity ? tail - this.capacity : tail] = row;
    this.freeCount += 1;
    this.header[HEADER.open] = this.open - 1;
  }

  /** Undoes `take` of an order that was not sent after all. */
  untake(row: number): void {
    this.forget(row);
    this.state[row] = ORDER_STATE.none;
    this.freeHead = this.freeHead === 0 ? this.capacity - 1 : this.freeHead - 1;
    this.free[this.freeHead] = row;
    this.freeCount += 1;
    this.header[HEADER.open] = this.open - 1;
  }

  setReplace(row: number, ordinal: number): void {
    this.replaceOrdinal[row] = ordinal;
    this.index.set(ordinal, row);
  }

  clearReplace(row: number): void {
    this.index.delete(this.replaceOrdinal[row] as number);
    this.replaceOrdinal[row] = 0;
  }

  setCancel(row: number, ordinal: number): void {
    this.cancelOrdinal[row] = ordinal;
    this.index.set(ordinal, row);
  }

  clearCancel(row: number): void {
    this.index.delete(this.cancelOrdinal[row] as number);
    this.cancelOrdinal[row] = 0;
  }

  /** The replacement under way became the order. */
  promoteReplace(row: number): void {
    this.index.delete(this.previousOrdinal[row] as number);
    this.previousOrdinal[row] = this.ordinal[row] as number;
    this.ordinal[row] = this.replaceOrdinal[row] as number;
    this.replaceOrdinal[row] = 0;
  }

  /** Symbols by handle lie beside the orders, so that the watchdog can cancel without the loop's help. */
  nameInstrument(handle: number, symbol: string): void {
    if (handle < 0 || handle >= this.maxInstruments) {
      throw new HotlapError('ERR_TOO_MANY_INSTRUMENTS', `The order table names ${this.maxInstruments} instruments.`);
    }
    const at = handle * HEADER.symbolBytes;
    for (let index = 0; index < HEADER.symbolBytes; index += 1) {
      this.symbols[at + index] = index < symbol.length ? symbol.charCodeAt(index) : 0;
    }
  }

  private forget(row: number): void {
    this.index.delete(this.ordinal[row] as number);
    this.index.delete(this.previousOrdinal[row] as number);
    this.index.delete(this.replaceOrdinal[row] as number);
    this.index.delete(this.cancelOrdinal[row] as number);
    this.ordinal[row] = 0;
    this.previousOrdinal[row] = 0;
    this.replaceOrdinal[row] = 0;
    this.cancelOrdinal[row] = 0;
  }
}
