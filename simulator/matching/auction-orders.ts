import { Side } from '../../engine/domain/side.ts';
import { TimeInForce } from '../../engine/domain/time-in-force.ts';
import { DETAIL } from '../../native/layout.ts';
import { NO_LIMIT, NO_ROW, type OrderTable } from './order-table.ts';

/** Cross Type of TotalView-ITCH 5.0. */
const OPENING = 0x4f;
const CLOSING = 0x43;

export const isForAuction = (timeInForce: number): boolean =>
  timeInForce === TimeInForce.AtTheOpening || timeInForce === TimeInForce.AtTheClose;

/** Orders that wait for an auction of their instrument, in the order in which they came. */
export class AuctionOrders {
  readonly #orders: OrderTable;
  readonly #rows: Int32Array;
  readonly #counts: Int32Array;
  #size = 0;

  constructor(orders: OrderTable, maxInstruments: number) {
    this.#orders = orders;
    this.#rows = new Int32Array(orders.capacity);
    this.#counts = new Int32Array(maxInstruments);
  }

  count(instrument: number): number {
    return this.#counts[instrument];
  }

  add(row: number): void {
    this.#orders.resting[row] = 1;
    this.#rows[this.#size++] = row;
    this.#counts[this.#orders.instrument[row]]++;
  }

  remove(row: number): void {
    let at = 0;
    while (at < this.#size && this.#rows[at] !== row) at++;
    if (at === this.#size) return;
    this.#rows.copyWithin(at, at + 1, this.#size--);
    this.#orders.resting[row] = 0;
    this.#counts[this.#orders.instrument[row]]--;
  }

  /** The first that the auction of a record is for; NO_ROW when there is none. */
  next(instrument: number, record: Float64Array): number {
    if (this.#counts[instrument] === 0) return NO_ROW;
    const code = record[DETAIL.code];
    for (let i = 0; i < this.#size; i++) {
      const row = this.#rows[i];
      const kind = this.#orders.timeInForce[row] === TimeInForce.AtTheOpening ? OPENING : CLOSING;
      if (kind === code && this.#orders.instrument[row] === instrument) return row;
    }
    return NO_ROW;
  }

  /** Whether an order's limit allows the auction's price. */
  reaches(row: number, price: number): boolean {
    const limit = this.#orders.price[row];
    return limit === NO_LIMIT || (this.#orders.side[row] === Side.Buy ? price <= limit : price >= limit);
  }
}
