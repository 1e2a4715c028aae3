import type { OrderTable } from './order-table.ts';

const DEFAULT_CAPACITY = 4_096;

/**
 * Orders whose row was used again while part of what they executed was only assumed: what they are told of late takes the
 * place of that, and is not counted once more. Preallocated; the oldest gives way, and `lost` hears of it.
 */
export class ForgottenOrders {
  readonly capacity: number;
  /** By entry; key 0 is nobody. */
  readonly key: Float64Array;
  readonly strategy: Int32Array;
  private readonly cumQuantity: Float64Array;
  private readonly assumedQuantity: Float64Array;
  private readonly assumedValue: Float64Array;
  private readonly busted: Uint8Array;
  private next = 0;
  private losses = 0;
  /** Hears of the first that gives way with something assumed, and of every `capacity`-th after it. */
  lost: ((key: number, orders: number) => void) | undefined;

  constructor(capacity = DEFAULT_CAPACITY) {
    this.capacity = capacity;
    this.key = new Float64Array(capacity);
    this.strategy = new Int32Array(capacity);
    this.cumQuantity = new Float64Array(capacity);
    this.assumedQuantity = new Float64Array(capacity);
    this.assumedValue = new Float64Array(capacity);
    this.busted = new Uint8Array(capacity);
  }

  /** The order at `row` gives way to another. */
  keep(table: OrderTable, row: number): void {
    const entry = this.next;
    this.next = entry + 1 === this.capacity ? 0 : entry + 1;
    if (this.assumedQuantity[entry] !== 0) {
      if (this.losses % this.capacity === 0) this.lost?.(this.key[entry] as number, this.losses + 1);
      this.losses += 1;
    }
    this.key[entry] = table.key[row] as number;
    this.strategy[entry] = table.strategy[row] as number;
    this.cumQuantity[entry] = table.cumQuantity[row] as number;
    this.assumedQuantity[entry] = table.assumedQuantity[row] as number;
    this.assumedValue[entry] = table.assumedValue[row] as number;
    this.busted[entry] = table.busted[row] as number;
  }

  /** @param key of the order that the ordinal led to; 0 where that is forgotten: the first name is known all the same. Cold. */
  find(ordinal: number, key: number): number {
    if (ordinal <= 0) return -1;
    return this.key.indexOf(key > 0 ? key : ordinal);
  }

  /**
   * An execution is told. @returns how much of it was assumed before
   * @param counted CumQty(14), NaN for none
   */
  superseded(entry: number, quantity: number, counted: number): number {
    const known = this.cumQuantity[entry] as number;
    const isTrusted = this.busted[entry] === 0 && !Number.isNaN(counted);
    const venue = isTrusted ? Math.max(known, counted) : known;
    return supersededQuantity(known, this.assumedQuantity[entry] as number, quantity, venue);
  }

  /** Takes so much of what was assumed away. @returns its value */
  withdraw(entry: number, quantity: number): number {
    const assumed = this.assumedQuantity[entry] as number;
    const value = assumedShare(assumed, this.assumedValue[entry] as number, quantity);
    this.assumedQuantity[entry] = assumed - quantity;
    this.assumedValue[entry] = (this.assumedValue[entry] as number) - value;
    this.cumQuantity[entry] = (this.cumQuantity[entry] as number) - quantity;
    return value;
  }

  /** So much was told, or with a negative quantity taken back. */
  told(entry: number, quantity: number): void {
    this.cumQuantity[entry] = (this.cumQuantity[entry] as number) + quantity;
    if (quantity < 0) this.busted[entry] = 1;
  }

  /** After a bust: how much of what was assumed the venue counts no more. @param counted CumQty(14), NaN for none */
  surplus(entry: number, counted: number): number {
    this.busted[entry] = 1;
    const quantity = Math.min((this.cumQuantity[entry] as number) - counted, this.assumedQuantity[entry] as number);
    return quantity > 0 ? quantity : 0;
  }
}

/**
 * How much of an execution that is told now was assumed before.
 * @param known executed so far, `assumed` of it assumed @param venue executed as the venue has it
 */
export const supersededQuantity = (known: number, assumed: number, quantity: number, venue: number): number => {
  const left = Math.max(0, venue - (known - assumed + quantity));
  return Math.min(quantity, assumed - Math.min(assumed, left));
};

/** Value of a part of what was assumed; the whole has all of it. */
export const assumedShare = (assumed: number, value: number, quantity: number): number =>
  quantity === assumed ? value : Math.round(value * (quantity / assumed));
