import { Side } from '../../engine/domain/side.ts';
import { NO_ROW, type OrderTable } from './order-table.ts';

/** Resting orders of every instrument and side, best price first and at one price in order of entry. */
export class PriorityLists {
  readonly #orders: OrderTable;
  readonly #heads: Int32Array;
  readonly #counts: Int32Array;

  constructor(orders: OrderTable, instruments: number) {
    this.#orders = orders;
    this.#heads = new Int32Array(2 * instruments).fill(NO_ROW);
    this.#counts = new Int32Array(instruments);
  }

  head(instrument: number, side: Side): number {
    return this.#heads[2 * instrument + side - 1];
  }

  /** Orders of an instrument that rest, on both sides. */
  count(instrument: number): number {
    return this.#counts[instrument];
  }

  /** Puts an order behind all that have its price or a better one. */
  insert(row: number): void {
    const { next, previous, price, side, instrument, resting } = this.#orders;
    const list = 2 * instrument[row] + side[row] - 1;
    const upward = side[row] === Side.Buy ? 1 : -1;
    let before = NO_ROW;
    let after = this.#heads[list];
    while (after !== NO_ROW && (price[after] - price[row]) * upward >= 0) {
      before = after;
      after = next[after];
    }
    previous[row] = before;
    next[row] = after;
    if (before === NO_ROW) this.#heads[list] = row;
    else next[before] = row;
    if (after !== NO_ROW) previous[after] = row;
    resting[row] = 1;
    this.#counts[instrument[row]]++;
  }

  remove(row: number): void {
    const { next, previous, side, instrument, resting } = this.#orders;
    if (previous[row] === NO_ROW) this.#heads[2 * instrument[row] + side[row] - 1] = next[row];
    else next[previous[row]] = next[row];
    if (next[row] !== NO_ROW) previous[next[row]] = previous[row];
    resting[row] = 0;
    this.#counts[instrument[row]]--;
  }
}
