import { HotlapError } from '../domain/errors.ts';
import { isOpen, ORDER_EVENT, ORDER_STATE } from '../domain/order-state.ts';
import { CHANGE_DOUBLES } from '../domain/position.ts';
import { IMAGE, IMAGE_FLAG } from '../journal/records.ts';
import type { Journal } from '../ports/journal.ts';
import { ForgottenOrders } from './forgotten-orders.ts';
import { COLUMN, HEADER, INT_COLUMN, orderTableLayout } from './order-table-layout.ts';
import { OrdinalHistory } from './ordinal-history.ts';
import { OrdinalIndex } from './ordinal-index.ts';

/** Names that lead to their order after it has taken others: all of the latest messages sent. */
const NAMES_KEPT = 32_768;

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
  readonly key: Float64Array;
  readonly assumedQuantity: Float64Array;
  readonly assumedValue: Float64Array;
  /** Ordinal of a replacement of which nobody knows whether it has reached the venue; 0 for none. The loop's own. */
  readonly doubtedReplacement: Float64Array;
  readonly state: Int32Array;
  readonly strategy: Int32Array;
  readonly instrument: Int32Array;
  readonly side: Int32Array;
  readonly timeInForce: Int32Array;
  readonly terms: Int32Array;
  readonly event: Int32Array;
  readonly acknowledged: Int32Array;
  readonly replaced: Int32Array;
  readonly hold: Int32Array;
  readonly busted: Int32Array;
  /** What the change being applied executes, by CHANGE: for positions and journal. */
  readonly change = new Float64Array(CHANGE_DOUBLES);
  /** Deals out numbers that no run before has used. Absent: they begin at 1. */
  numbers: Pick<Journal, 'takeOrdinal'> | undefined;
  /** Of orders whose row was used again, those of which something is still assumed. */
  readonly forgotten = new ForgottenOrders();
  /** Text(58) of a refusal, by row. */
  readonly reasons: string[];
  private readonly header: Float64Array;
  private readonly index: OrdinalIndex;
  private readonly history = new OrdinalHistory(NAMES_KEPT);
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
    this.key = layout.doubles(COLUMN.key);
    this.assumedQuantity = layout.doubles(COLUMN.assumedQuantity);
    this.assumedValue = layout.doubles(COLUMN.assumedValue);
    this.state = layout.ints(INT_COLUMN.state);
    this.strategy = layout.ints(INT_COLUMN.strategy);
    this.instrument = layout.ints(INT_COLUMN.instrument);
    this.side = layout.ints(INT_COLUMN.side);
    this.timeInForce = layout.ints(INT_COLUMN.timeInForce);
    this.terms = layout.ints(INT_COLUMN.terms);
    this.event = layout.ints(INT_COLUMN.event);
    this.acknowledged = layout.ints(INT_COLUMN.acknowledged);
    this.replaced = layout.ints(INT_COLUMN.replaced);
    this.hold = layout.ints(INT_COLUMN.hold);
    this.busted = layout.ints(INT_COLUMN.busted);
    this.doubtedReplacement = new Float64Array(this.capacity);
    this.reasons = new Array<string>(this.capacity).fill('');
    // At most five ordinals lead to a row: its own, its first, the one before, a replace and a cancel under way.
    this.index = new OrdinalIndex(this.capacity * 5);
    this.free = Int32Array.from({ length: this.capacity }, (_, row) => row);
    this.freeCount = this.capacity;
  }

  get open(): number {
    return this.header[HEADER.open] as number;
  }

  get full(): boolean {
    return this.freeCount === 0;
  }

  /** The number that the next message's ClOrdID(11) gets; -1 where the journal has none left. */
  takeOrdinal(): number {
    const { numbers } = this;
    const ordinal = numbers === undefined ? (this.header[HEADER.nextOrdinal] as number) : numbers.takeOrdinal();
    if (ordinal > 0) this.header[HEADER.nextOrdinal] = ordinal + 1;
    return ordinal;
  }

  /** Row of an order by any ordinal that led to it; -1 when there is none. */
  find(ordinal: number): number {
    if (ordinal <= 0) return -1;
    const row = this.index.get(ordinal);
    return row >= 0 ? row : this.history.get(ordinal, this.key);
  }

  /** Entry in `forgotten` of an order by any ordinal that led to it; -1 when there is none. Cold. */
  findForgotten(ordinal: number): number {
    return this.forgotten.find(ordinal, this.history.keyEver(ordinal));
  }

  /** Key of an order by any ordinal that led to it; the ordinal itself where nobody knows it, 0 where it is none of ours. */
  keyOf(ordinal: number): number {
    return ordinal <= 0 ? 0 : this.history.keyEver(ordinal) || ordinal;
  }

  /** Takes a row for a new order; its columns are the caller's to fill, `state` last. Not while `full`. */
  take(ordinal: number): number {
    const row = this.free[this.freeHead] as number;
    this.freeHead = this.freeHead + 1 === this.capacity ? 0 : this.freeHead + 1;
    this.freeCount -= 1;
    if (this.assumedQuantity[row] !== 0) this.forgotten.keep(this, row);
    this.forget(row);
    this.key[row] = ordinal;
    this.ordinal[row] = ordinal;
    this.name(ordinal, row);
    this.price[row] = 0;
    this.leaves[row] = 0;
    this.cumQuantity[row] = 0;
    this.executedValue[row] = 0;
    this.assumedQuantity[row] = 0;
    this.assumedValue[row] = 0;
    this.lastPrice[row] = Number.NaN;
    this.lastQuantity[row] = 0;
    this.event[row] = ORDER_EVENT.none;
    this.acknowledged[row] = 0;
    this.replaced[row] = 0;
    this.hold[row] = 0;
    this.busted[row] = 0;
    this.header[HEADER.open] = this.open + 1;
    return row;
  }

  /** Takes a closed order's row back from those that are given out again: the venue goes on with it. Cold. */
  reopen(row: number): void {
    const { free, capacity } = this;
    const at = (index: number): number => (this.freeHead + index) % capacity;
    let index = 0;
    while (free[at(index)] !== row) index += 1;
    for (; index + 1 < this.freeCount; index += 1) free[at(index)] = free[at(index + 1)] as number;
    this.freeCount -= 1;
    this.header[HEADER.open] = this.open + 1;
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
    this.name(ordinal, row);
  }

  clearReplace(row: number): void {
    this.index.delete(this.replaceOrdinal[row] as number);
    this.replaceOrdinal[row] = 0;
  }

  setCancel(row: number, ordinal: number): void {
    this.cancelOrdinal[row] = ordinal;
    this.name(ordinal, row);
  }

  clearCancel(row: number): void {
    this.index.delete(this.cancelOrdinal[row] as number);
    this.cancelOrdinal[row] = 0;
  }

  /** The replacement under way became the order. */
  promoteReplace(row: number): void {
    // The first name is kept for as long as the order is.
    if (this.previousOrdinal[row] !== this.key[row]) this.index.delete(this.previousOrdinal[row] as number);
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

  /**
   * Takes a row for an order as an image of the journal has it, closed ones too. Not while `full`. Cold.
   * @param image IMAGE_DOUBLES from `at` on; `strategy` and `instrument` are numbers of this run
   */
  restore(image: Float64Array, at: number, strategy: number, instrument: number): number {
    const of = (slot: number): number => image[at + slot] as number;
    const row = this.take(of(IMAGE.ordinal));
    const flags = of(IMAGE.flags);
    this.key[row] = of(IMAGE.key);
    this.name(of(IMAGE.key), row);
    this.name(of(IMAGE.ordinal), row);
    this.previousOrdinal[row] = of(IMAGE.previousOrdinal);
    if (of(IMAGE.previousOrdinal) > 0) this.name(of(IMAGE.previousOrdinal), row);
    if (of(IMAGE.replaceOrdinal) > 0) this.setReplace(row, of(IMAGE.replaceOrdinal));
    if (of(IMAGE.cancelOrdinal) > 0) this.setCancel(row, of(IMAGE.cancelOrdinal));
    this.strategy[row] = strategy;
    this.instrument[row] = instrument;
    this.side[row] = of(IMAGE.side);
    this.timeInForce[row] = of(IMAGE.timeInForce);
    this.terms[row] = of(IMAGE.terms);
    this.price[row] = of(IMAGE.price);
    this.quantity[row] = of(IMAGE.quantity);
    this.leaves[row] = of(IMAGE.leaves);
    this.cumQuantity[row] = of(IMAGE.cumQuantity);
    this.executedValue[row] = of(IMAGE.executedValue);
    this.assumedQuantity[row] = of(IMAGE.assumedQuantity);
    this.assumedValue[row] = of(IMAGE.assumedValue);
    this.newPrice[row] = of(IMAGE.newPrice);
    this.newQuantity[row] = of(IMAGE.newQuantity);
    this.event[row] = of(IMAGE.event);
    this.acknowledged[row] = (flags & IMAGE_FLAG.acknowledged) === 0 ? 0 : 1;
    this.replaced[row] = (flags & IMAGE_FLAG.replaced) === 0 ? 0 : 1;
    this.busted[row] = (flags & IMAGE_FLAG.busted) === 0 ? 0 : 1;
    if ((flags & IMAGE_FLAG.stopped) !== 0) this.hold[row] = ORDER_STATE.stopped;
    if ((flags & IMAGE_FLAG.suspended) !== 0) this.hold[row] = ORDER_STATE.suspended;
    this.state[row] = of(IMAGE.state);
    if (!isOpen(of(IMAGE.state))) this.release(row);
    return row;
  }

  /** Bits of IMAGE_FLAG, as an image has them. */
  flags(row: number): number {
    const held = this.hold[row] as number;
    return (
      (this.acknowledged[row] === 0 ? 0 : IMAGE_FLAG.acknowledged) |
      (this.replaced[row] === 0 ? 0 : IMAGE_FLAG.replaced) |
      (this.busted[row] === 0 ? 0 : IMAGE_FLAG.busted) |
      (held === ORDER_STATE.stopped ? IMAGE_FLAG.stopped : 0) |
      (held === ORDER_STATE.suspended ? IMAGE_FLAG.suspended : 0)
    );
  }

  private name(ordinal: number, row: number): void {
    this.index.set(ordinal, row);
    this.history.set(ordinal, row, this.key);
  }

  private forget(row: number): void {
    this.index.delete(this.key[row] as number);
    this.index.delete(this.ordinal[row] as number);
    this.index.delete(this.previousOrdinal[row] as number);
    this.index.delete(this.replaceOrdinal[row] as number);
    this.index.delete(this.cancelOrdinal[row] as number);
    this.key[row] = 0;
    this.ordinal[row] = 0;
    this.previousOrdinal[row] = 0;
    this.replaceOrdinal[row] = 0;
    this.cancelOrdinal[row] = 0;
  }
}
