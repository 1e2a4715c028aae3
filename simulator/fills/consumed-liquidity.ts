const EMPTY = -1;

/**
 * The shadow book: how many shares of which recorded orders have been taken by our orders. The recording does not
 * know of those trades, so its order goes on living; what was taken from it must not be given again, neither to a
 * later order of ours nor by a later recorded execution of the same shares.
 *
 * A hash table with chains over a fixed pool, keyed by the order reference number's two words.
 */
export class ConsumedLiquidity {
  readonly capacity: number;
  /** Recorded orders with something taken. */
  size = 0;
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #shares: Float64Array;
  readonly #instrument: Int32Array;
  readonly #next: Int32Array;
  readonly #heads: Int32Array;
  readonly #mask: number;
  readonly #perInstrument: Int32Array;
  #free = 0;

  /** @param capacity a power of two */
  constructor(instruments: number, capacity: number) {
    this.capacity = capacity;
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#shares = new Float64Array(capacity);
    this.#instrument = new Int32Array(capacity);
    // Free entries are chained through the same column.
    this.#next = Int32Array.from({ length: capacity }, (_, i) => (i + 1 < capacity ? i + 1 : EMPTY));
    this.#heads = new Int32Array(2 * capacity).fill(EMPTY);
    this.#mask = 2 * capacity - 1;
    this.#perInstrument = new Int32Array(instruments);
  }

  /** Recorded orders of an instrument with something taken. */
  count(instrument: number): number {
    return this.#perInstrument[instrument];
  }

  /** Shares taken from a recorded order so far. */
  of(high: number, low: number): number {
    const entry = this.#find(high, low);
    return entry === EMPTY ? 0 : this.#shares[entry];
  }

  /** Takes shares. @returns false when the pool is used up: nothing was taken then */
  take(instrument: number, high: number, low: number, shares: number): boolean {
    let entry = this.#find(high, low);
    if (entry === EMPTY) {
      entry = this.#free;
      if (entry === EMPTY) return false;
      this.#free = this.#next[entry];
      const bucket = this.#bucket(high, low);
      this.#high[entry] = high;
      this.#low[entry] = low;
      this.#shares[entry] = 0;
      this.#instrument[entry] = instrument;
      this.#next[entry] = this.#heads[bucket];
      this.#heads[bucket] = entry;
      this.#perInstrument[instrument]++;
      this.size++;
    }
    this.#shares[entry] += shares;
    return true;
  }

  /**
   * The recording executes shares of an order: those that we took go first.
   * @returns what is left of the execution for others
   */
  onExecuted(high: number, low: number, shares: number, remaining: number): number {
    const entry = this.#find(high, low);
    if (entry === EMPTY) return shares;
    const taken = Math.min(shares, this.#shares[entry]);
    this.#shares[entry] -= taken;
    this.limit(high, low, remaining);
    return shares - taken;
  }

  /** The recorded order has so many shares left: no more than these can be missing. */
  limit(high: number, low: number, remaining: number): void {
    const entry = this.#find(high, low);
    if (entry === EMPTY) return;
    this.#shares[entry] = Math.min(this.#shares[entry], remaining);
    if (this.#shares[entry] <= 0) this.forget(high, low);
  }

  /** A recorded replace: the same participant's liquidity under a new reference is missing the same shares. */
  move(instrument: number, fromHigh: number, fromLow: number, high: number, low: number, remaining: number): void {
    const shares = this.of(fromHigh, fromLow);
    this.forget(fromHigh, fromLow);
    // The entry just given back is there to take.
    if (shares > 0 && remaining > 0) this.take(instrument, high, low, Math.min(shares, remaining));
  }

  forget(high: number, low: number): void {
    const bucket = this.#bucket(high, low);
    let before = EMPTY;
    let entry = this.#heads[bucket];
    while (entry !== EMPTY && (this.#low[entry] !== low || this.#high[entry] !== high)) {
      before = entry;
      entry = this.#next[entry];
    }
    if (entry === EMPTY) return;
    if (before === EMPTY) this.#heads[bucket] = this.#next[entry];
    else this.#next[before] = this.#next[entry];
    this.#next[entry] = this.#free;
    this.#free = entry;
    this.#perInstrument[this.#instrument[entry]]--;
    this.size--;
  }

  #find(high: number, low: number): number {
    let entry = this.#heads[this.#bucket(high, low)];
    while (entry !== EMPTY && (this.#low[entry] !== low || this.#high[entry] !== high)) entry = this.#next[entry];
    return entry;
  }

  #bucket(high: number, low: number): number {
    const mixed = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }
}
