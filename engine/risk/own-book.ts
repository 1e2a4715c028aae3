import { isOpen, ORDER_STATE } from '../domain/order-state.ts';
import { Side } from '../domain/side.ts';
import { rests } from '../domain/time-in-force.ts';
import type { OrderTable } from '../orders/order-table.ts';

const NONE = -1;

/**
 * The firm's own orders that may rest at the venue, by instrument and side: lists through the rows of the order table,
 * and the best price of each. An order that is being replaced may rest at either of its prices: the one that would
 * trade first counts.
 */
export class OwnBook {
  /** Best price by `place(instrument, side)`; worse than any where there is none. */
  private readonly best: Float64Array;
  private readonly head: Int32Array;
  /** By row. */
  private readonly price: Float64Array;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly placeOf: Int32Array;
  private readonly table: OrderTable;

  constructor(table: OrderTable, maxInstruments: number) {
    const { capacity } = table;
    this.table = table;
    this.best = Float64Array.from({ length: 2 * maxInstruments }, (_, place) => worstOf(place));
    this.head = new Int32Array(2 * maxInstruments).fill(NONE);
    this.price = new Float64Array(capacity);
    this.next = new Int32Array(capacity);
    this.previous = new Int32Array(capacity);
    this.placeOf = new Int32Array(capacity).fill(NONE);
  }

  /** True where an order would trade with one of our own. @param price in cells[at] */
  crosses(instrument: number, side: number, cells: Float64Array, at: number): boolean {
    const price = cells[at] as number;
    return side === Side.Buy
      ? price >= (this.best[placeOf(instrument, Side.Sell)] as number)
      : price <= (this.best[placeOf(instrument, Side.Buy)] as number);
  }

  /** The row has changed. @param replacing whether its `newPrice` may become true */
  order(row: number, replacing: boolean): void {
    const { table } = this;
    const isResting =
      isOpen(table.state[row] as number) &&
      rests(table.timeInForce[row] as number) &&
      !Number.isNaN(table.price[row] as number);
    const place = isResting ? placeOf(table.instrument[row] as number, table.side[row] as number) : NONE;
    if (this.placeOf[row] !== place) {
      this.remove(row);
      if (place === NONE) return;
      this.insert(row, place);
    } else if (place === NONE) return;
    const sign = isBuy(place) ? 1 : -1;
    let price = table.price[row] as number;
    if (replacing && sign * (table.newPrice[row] as number) > sign * price) price = table.newPrice[row] as number;
    const before = this.price[row] as number;
    // Nobody knows which of its replacements an order in doubt has had.
    if (table.state[row] === ORDER_STATE.inDoubt && sign * before > sign * price) price = before;
    this.price[row] = price;
    const best = this.best[place] as number;
    if (sign * price >= sign * best) this.best[place] = price;
    else if (before === best) this.findBest(place);
  }

  remove(row: number): void {
    const place = this.placeOf[row] as number;
    if (place === NONE) return;
    const next = this.next[row] as number;
    const previous = this.previous[row] as number;
    if (previous === NONE) this.head[place] = next;
    else this.next[previous] = next;
    if (next !== NONE) this.previous[next] = previous;
    this.placeOf[row] = NONE;
    if (this.price[row] === this.best[place]) this.findBest(place);
  }

  private insert(row: number, place: number): void {
    const head = this.head[place] as number;
    this.next[row] = head;
    this.previous[row] = NONE;
    if (head !== NONE) this.previous[head] = row;
    this.head[place] = row;
    this.placeOf[row] = place;
    this.price[row] = worstOf(place);
  }

  /** Stops at the first that is as good as what was: there is no better one. */
  private findBest(place: number): void {
    const was = this.best[place] as number;
    const sign = isBuy(place) ? 1 : -1;
    let best = worstOf(place);
    for (let row = this.head[place] as number; row !== NONE; row = this.next[row] as number) {
      const price = this.price[row] as number;
      if (sign * price > sign * best) best = price;
      if (price === was) break;
    }
    this.best[place] = best;
  }
}

const placeOf = (instrument: number, side: number): number => 2 * instrument + (side === Side.Buy ? 0 : 1);
const isBuy = (place: number): boolean => (place & 1) === 0;
const worstOf = (place: number): number => (isBuy(place) ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
