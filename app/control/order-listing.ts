/** Open orders as people read them, from the order table in shared memory: the loop is not asked. */
import { isOpen, ORDER_STATES, type OrderState } from '../../engine/domain/order-state.ts';
import { Side } from '../../engine/domain/side.ts';
import { DEFAULT_INSTRUMENT } from '../../engine/market/instrument-registry.ts';
import { COLUMN, INT_COLUMN, orderTableLayout } from '../../engine/orders/order-table-layout.ts';
import { HOUSE } from '../../engine/orders/position-report.ts';
import type { InstrumentNames } from './instrument-names.ts';

export interface ListedOrder {
  readonly clOrdId: string;
  readonly strategy: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  /** Decimal text. */
  readonly price: string;
  readonly quantity: number;
  readonly leaves: number;
  readonly filled: number;
  readonly state: OrderState;
}

export interface OrderPage {
  readonly orders: readonly ListedOrder[];
  /** Goes into `after` of the next request; null: these were the last. */
  readonly next: number | null;
}

/** Times that a row which changes while it is read is read again. */
const MAX_READS = 4;

export class OrderListing {
  readonly #prefix: string;
  readonly #strategies: readonly string[];
  readonly #capacity: number;
  readonly #names: InstrumentNames;
  readonly #states: Int32Array;
  readonly #ints: Record<'strategy' | 'instrument' | 'side', Int32Array>;
  readonly #doubles: Record<'ordinal' | 'price' | 'quantity' | 'leaves' | 'cumQuantity', Float64Array>;

  /** @param strategies names by number @param prefix of every ClOrdID(11) */
  constructor(table: SharedArrayBuffer, strategies: readonly string[], prefix: string, names: InstrumentNames) {
    const layout = orderTableLayout(table);
    this.#prefix = prefix;
    this.#strategies = strategies;
    this.#capacity = layout.capacity;
    this.#names = names;
    this.#states = layout.ints(INT_COLUMN.state);
    this.#ints = {
      strategy: layout.ints(INT_COLUMN.strategy),
      instrument: layout.ints(INT_COLUMN.instrument),
      side: layout.ints(INT_COLUMN.side),
    };
    this.#doubles = {
      ordinal: layout.doubles(COLUMN.ordinal),
      price: layout.doubles(COLUMN.price),
      quantity: layout.doubles(COLUMN.quantity),
      leaves: layout.doubles(COLUMN.leaves),
      cumQuantity: layout.doubles(COLUMN.cumQuantity),
    };
  }

  /** @param after row of the table, 0 from its beginning */
  page(after: number, most: number): OrderPage {
    const orders: ListedOrder[] = [];
    for (let row = after; row < this.#capacity; row += 1) {
      if (!isOpen(Atomics.load(this.#states, row))) continue;
      if (orders.length === most) return { orders, next: row };
      const order = this.#read(row);
      if (order !== undefined) orders.push(order);
    }
    return { orders, next: null };
  }

  /** The loop goes on meanwhile: what has changed between two looks is looked at again. */
  #read(row: number): ListedOrder | undefined {
    const { ordinal, leaves } = this.#doubles;
    for (let reads = 0; reads < MAX_READS; reads += 1) {
      const before = [Atomics.load(this.#states, row), ordinal[row], leaves[row]];
      const order = this.#order(row);
      const after = [Atomics.load(this.#states, row), ordinal[row], leaves[row]];
      if (before.every((value, index) => value === after[index])) return isOpen(after[0]!) ? order : undefined;
    }
    return this.#order(row);
  }

  #order(row: number): ListedOrder {
    const { ordinal, price, quantity, leaves, cumQuantity } = this.#doubles;
    const { strategy, instrument, side } = this.#ints;
    return {
      clOrdId: `${this.#prefix}${ordinal[row]}`,
      strategy: this.#strategies[strategy[row]!] ?? HOUSE,
      symbol: this.#names.of(instrument[row]!),
      side: SIDES[side[row]!] ?? 'buy',
      price: priceText(price[row]!),
      quantity: quantity[row]!,
      leaves: leaves[row]!,
      filled: cumQuantity[row]!,
      state: ORDER_STATES[this.#states[row]!] as OrderState,
    };
  }
}

const SIDES: Record<number, ListedOrder['side']> = { [Side.Buy]: 'buy', [Side.Sell]: 'sell' };

const priceText = (price: number): string => {
  const { priceScale } = DEFAULT_INSTRUMENT;
  return (price / priceScale).toFixed(Math.round(Math.log10(priceScale)));
};
