/** Price ticks that a symbol's book may span; a power of two, so that a price finds its level by a mask. */
const WINDOW_TICKS = 1024;
const WINDOW_MASK = WINDOW_TICKS - 1;

const NONE = -1;

export const BID = 0;
export const ASK = 1;

/**
 * The limit order books that the generator trades in: price levels with queues in order of entry, all in flat
 * arrays, every operation in constant time. Sides are 0 (bid) and 1 (ask), prices are cents.
 *
 *   level[symbol, cents & 1023] ─► first order ─► next ─► … ─► last     a level belongs to one side at a time,
 *   live[symbol, side, 0 .. count)   slots in no order, to draw from     because a book is never crossed
 */
export class SyntheticBooks {
  /** Orders a side of a symbol can hold. */
  readonly capacity: number;
  readonly reference: Float64Array;
  readonly shares: Int32Array;
  readonly cents: Int32Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #position: Int32Array;
  readonly #live: Int32Array;
  readonly #count: Int32Array;
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #best: Int32Array;
  readonly #worst: Int32Array;

  constructor(symbols: number, capacity: number) {
    const orders = symbols * 2 * capacity;
    this.capacity = capacity;
    this.reference = new Float64Array(orders);
    this.shares = new Int32Array(orders);
    this.cents = new Int32Array(orders);
    this.#next = new Int32Array(orders);
    this.#previous = new Int32Array(orders);
    this.#position = new Int32Array(orders);
    // Free slots wait behind the live ones in the same array.
    this.#live = Int32Array.from({ length: orders }, (_, i) => i);
    this.#count = new Int32Array(symbols * 2);
    this.#first = new Int32Array(symbols * WINDOW_TICKS).fill(NONE);
    this.#last = new Int32Array(symbols * WINDOW_TICKS).fill(NONE);
    this.#best = new Int32Array(symbols * 2);
    this.#worst = new Int32Array(symbols * 2);
  }

  count(symbol: number, side: number): number {
    return this.#count[2 * symbol + side];
  }

  /** Best and worst price in cents; meaningful while the side has orders. */
  best(symbol: number, side: number): number {
    return this.#best[2 * symbol + side];
  }

  worst(symbol: number, side: number): number {
    return this.#worst[2 * symbol + side];
  }

  /** The order at the front of a level; -1 when nobody rests there. */
  first(symbol: number, cents: number): number {
    return this.#first[symbol * WINDOW_TICKS + (cents & WINDOW_MASK)];
  }

  /** The n-th live order of a side, in no meaningful order. */
  at(symbol: number, side: number, n: number): number {
    return this.#live[(2 * symbol + side) * this.capacity + n];
  }

  /** Puts an order at the back of its level's queue. @returns its slot; the side must not be full */
  add(symbol: number, side: number, cents: number, shares: number, reference: number): number {
    const pair = 2 * symbol + side;
    const n = this.#count[pair]++;
    const slot = this.#live[pair * this.capacity + n];
    this.#position[slot] = n;
    this.reference[slot] = reference;
    this.shares[slot] = shares;
    this.cents[slot] = cents;
    const level = symbol * WINDOW_TICKS + (cents & WINDOW_MASK);
    const last = this.#last[level];
    this.#previous[slot] = last;
    this.#next[slot] = NONE;
    this.#last[level] = slot;
    if (last === NONE) this.#first[level] = slot;
    else this.#next[last] = slot;
    const upward = side === BID ? 1 : -1;
    if (n === 0 || (cents - this.#best[pair]) * upward > 0) this.#best[pair] = cents;
    if (n === 0 || (cents - this.#worst[pair]) * upward < 0) this.#worst[pair] = cents;
    return slot;
  }

  remove(symbol: number, side: number, slot: number): void {
    const pair = 2 * symbol + side;
    const cents = this.cents[slot];
    const level = symbol * WINDOW_TICKS + (cents & WINDOW_MASK);
    const previous = this.#previous[slot];
    const next = this.#next[slot];
    if (previous === NONE) this.#first[level] = next;
    else this.#next[previous] = next;
    if (next === NONE) this.#last[level] = previous;
    else this.#previous[next] = previous;

    const n = --this.#count[pair];
    const base = pair * this.capacity;
    const hole = this.#position[slot];
    const moved = this.#live[base + n];
    this.#live[base + hole] = moved;
    this.#position[moved] = hole;
    this.#live[base + n] = slot;

    if (n === 0 || this.#first[level] !== NONE) return;
    const upward = side === BID ? 1 : -1;
    if (cents === this.#best[pair]) this.#best[pair] = this.#scan(symbol, cents, -upward);
    if (cents === this.#worst[pair]) this.#worst[pair] = this.#scan(symbol, cents, upward);
  }

  /** The next price from `cents` in a direction at which somebody rests; the side must have orders there. */
  #scan(symbol: number, cents: number, direction: number): number {
    let price = cents + direction;
    while (this.#first[symbol * WINDOW_TICKS + (price & WINDOW_MASK)] === NONE) price += direction;
    return price;
  }
}
