import { INTENT } from './intent.ts';

/** Orders that are remembered: at the usual rates far more than leave within the longest useful window. */
const REMEMBERED = 8_192;
const BUCKETS = 16_384;
const NS_PER_MS = 1e6;

/**
 * What has left a moment ago, found by what it was: the latest orders in a ring, those of one hash chained from the
 * newest back. A place in a chain that the ring has overwritten ends it.
 */
export class RecentOrders {
  private readonly timeNs = new Float64Array(REMEMBERED);
  private readonly price = new Float64Array(REMEMBERED);
  private readonly quantity = new Float64Array(REMEMBERED);
  /** Strategy, instrument and side in one. */
  private readonly whose = new Float64Array(REMEMBERED);
  /** Number of the order before it in its chain; numbers count from 1 and never wrap within a run. */
  private readonly before = new Float64Array(REMEMBERED);
  private readonly newest = new Float64Array(BUCKETS);
  private readonly count = new Float64Array(1);
  private readonly cells: Float64Array;
  private readonly nowCell: number;
  private readonly intent: Float64Array;

  constructor(cells: Float64Array, nowCell: number, intent: Float64Array) {
    this.cells = cells;
    this.nowCell = nowCell;
    this.intent = intent;
  }

  /** True when the intent has left within the window. @param windowMs cell of its length, in ms */
  has(strategy: number, instrument: number, side: number, windowMs: Float64Array): boolean {
    const since = (this.cells[this.nowCell] as number) - (windowMs[0] as number) * NS_PER_MS;
    const whose = whoseOf(strategy, instrument, side);
    const oldest = (this.count[0] as number) - REMEMBERED;
    let number = this.newest[this.bucket(whose)] as number;
    while (number > oldest && number > 0) {
      const slot = number % REMEMBERED;
      if ((this.timeNs[slot] as number) <= since) return false;
      if (
        this.price[slot] === this.intent[INTENT.price] &&
        this.quantity[slot] === this.intent[INTENT.quantity] &&
        this.whose[slot] === whose
      )
        return true;
      number = this.before[slot] as number;
    }
    return false;
  }

  add(strategy: number, instrument: number, side: number): void {
    const whose = whoseOf(strategy, instrument, side);
    const number = (this.count[0] as number) + 1;
    const slot = number % REMEMBERED;
    const bucket = this.bucket(whose);
    this.count[0] = number;
    this.timeNs[slot] = this.cells[this.nowCell] as number;
    this.price[slot] = this.intent[INTENT.price] as number;
    this.quantity[slot] = this.intent[INTENT.quantity] as number;
    this.whose[slot] = whose;
    this.before[slot] = this.newest[bucket] as number;
    this.newest[bucket] = number;
  }

  /** The order that was added last has not left after all: it stays in its chain, and is nobody's. */
  undo(): void {
    this.whose[(this.count[0] as number) % REMEMBERED] = -1;
  }

  private bucket(whose: number): number {
    const price = this.intent[INTENT.price] as number;
    const quantity = this.intent[INTENT.quantity] as number;
    const mixed =
      Math.imul(price | 0, 0x9e3779b1) ^ Math.imul(quantity | 0, 0x85ebca6b) ^ Math.imul(whose | 0, 0xc2b2ae35);
    return (mixed ^ (mixed >>> 15)) & (BUCKETS - 1);
  }
}

const whoseOf = (strategy: number, instrument: number, side: number): number =>
  (strategy * 65_536 + instrument) * 4 + side;
