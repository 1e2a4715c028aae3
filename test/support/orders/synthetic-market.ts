import {
  CELL,
  CELLS_DOUBLES,
  DEPTH,
  DETAIL,
  depthStride,
  EVENT,
  POLL,
  RECORD_DOUBLES,
  TICK,
} from '../../../native/layout.ts';
import type { EngineFeed, ExchangeFeed } from '../../../simulator/index.ts';
import type { Random } from '../../fuzz/fix/random.ts';

export const SYMBOLS = ['AAPL', 'MSFT', 'NVDA', 'SIRI'] as const;
const LEVELS = 4;
/** Of the first price, in 1/10,000; one tick is a cent. */
const FIRST_PRICE = 1_000_000;
export const TICK_SIZE = 100;
const MOST_SHARES = 600;

/**
 * A market that is made up as it goes, for an engine and an exchange on one thread: books that move by whole ticks, and
 * trades through them. Every book has one order a level, of which it says how many shares it has.
 */
export class SyntheticMarket implements EngineFeed, ExchangeFeed {
  readonly depthLevels = LEVELS;
  readonly maxInstruments = 8;
  readonly cells = new Float64Array(CELLS_DOUBLES);
  readonly record = new Float64Array(RECORD_DOUBLES);
  readonly depth = new Float64Array(this.maxInstruments * depthStride(LEVELS));
  /** True from a poll that returned an event until somebody takes it down. */
  hasEvent = false;
  readonly #random: Random;
  readonly #mids = new Float64Array(SYMBOLS.length).fill(FIRST_PRICE);
  /** Best first, by handle, side and level: shares, and the number of the order that has them. */
  readonly #shares = new Float64Array(SYMBOLS.length * 2 * LEVELS);
  readonly #ids = new Float64Array(SYMBOLS.length * 2 * LEVELS);
  #nextId = 1;
  #due = 0;

  constructor(random: Random) {
    this.#random = random;
    this.cells[CELL.deadlineNs] = Number.POSITIVE_INFINITY;
    this.cells[CELL.nowNs] = 34_200e9;
    for (let handle = 0; handle < SYMBOLS.length; handle++) this.#move(handle);
  }

  mid(handle: number): number {
    return this.#mids[handle];
  }

  /** The next poll brings one more event. */
  stir(): void {
    this.#due++;
  }

  subscribe(symbol: string): number {
    return SYMBOLS.indexOf(symbol as (typeof SYMBOLS)[number]);
  }

  setInterest(): void {}

  poll(): number {
    if (this.#due === 0) return POLL.idle;
    this.#due--;
    const { record, cells } = this;
    cells[CELL.sequence]++;
    const handle = this.#random.below(SYMBOLS.length);
    record.fill(Number.NaN);
    record[TICK.instrument] = handle;
    record[TICK.flags] = 0;
    record[TICK.exchangeTimeNs] = cells[CELL.nowNs];
    record[TICK.receiveTimeNs] = cells[CELL.nowNs];
    record[TICK.sequence] = cells[CELL.sequence];
    record[DETAIL.printable] = 1;
    if (this.#random.oneIn(2)) {
      record[TICK.kind] = EVENT.trade;
      record[TICK.side] = 0;
      record[TICK.price] = this.#mids[handle] + (this.#random.below(13) - 6) * TICK_SIZE;
      record[TICK.size] = 1 + this.#random.below(MOST_SHARES);
    } else {
      this.#move(handle);
      record[TICK.kind] = EVENT.add;
      record[TICK.side] = 1;
      record[TICK.price] = this.#price(handle, 1, 0);
      record[TICK.size] = 1;
    }
    record[TICK.bid] = this.#price(handle, 1, 0);
    record[TICK.ask] = this.#price(handle, 2, 0);
    record[TICK.bidSize] = this.#shares[this.#at(handle, 1, 0)];
    record[TICK.askSize] = this.#shares[this.#at(handle, 2, 0)];
    this.hasEvent = true;
    return POLL.event;
  }

  levels(handle: number, side: number, out: Float64Array): number {
    const levels = Math.min(LEVELS, out.length / 2);
    for (let level = 0; level < levels; level++) {
      out[2 * level] = this.#price(handle, side, level);
      out[2 * level + 1] = this.#shares[this.#at(handle, side, level)];
    }
    return levels;
  }

  queue(handle: number, side: number, price: number, out: Float64Array): number {
    for (let level = 0; level < LEVELS; level++) {
      if (this.#price(handle, side, level) !== price) continue;
      const at = this.#at(handle, side, level);
      out[0] = 0;
      out[1] = this.#ids[at];
      out[2] = this.#shares[at];
      out[3] = 0;
      return 1;
    }
    return 0;
  }

  #at(handle: number, side: number, level: number): number {
    return (handle * 2 + side - 1) * LEVELS + level;
  }

  #price(handle: number, side: number, level: number): number {
    return this.#mids[handle] + (side === 1 ? -1 - level : 1 + level) * TICK_SIZE;
  }

  /** A few ticks up or down, and everybody in it is new. */
  #move(handle: number): void {
    this.#mids[handle] += (this.#random.below(5) - 2) * TICK_SIZE;
    const base = handle * depthStride(LEVELS);
    for (const side of [1, 2]) {
      this.depth[base + side - 1] = LEVELS;
      for (let level = 0; level < LEVELS; level++) {
        const at = this.#at(handle, side, level);
        this.#shares[at] = 1 + this.#random.below(MOST_SHARES);
        this.#ids[at] = this.#nextId++;
        const shown = base + DEPTH.header + ((side - 1) * LEVELS + level) * DEPTH.perLevel;
        this.depth[shown] = this.#price(handle, side, level);
        this.depth[shown + 1] = this.#shares[at];
        this.depth[shown + 2] = 1;
      }
    }
  }
}
