import { INTENT, type Intent } from './intent.ts';

/** Orders that are remembered: at the usual rates far more than leave within the longest useful window. */
const REMEMBERED = 4_096;
const BUCKETS = 4_096;
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
  private readonly whose = new Int32Array(REMEMBERED);
  /** Number of the order before it in its chain. Numbers count from 1, as those for ClOrdID(11) do within int32. */
  private readonly before = new Int32Array(REMEMBERED);
  private readonly newest = new Int32Array(BUCKETS);
  private readonly count = new Int32Array(1);
  private readonly cells: Float64Array;
  private readonly nowCell: number;
  private readonly intent: Intent;

  constructor(cells: Float64Array, nowCell: number, intent: Intent) {
    this.cells = cells;
    this.nowCell = nowCell;
    this.intent = intent;
  }

  /** True when the intent has left within the window. @param windowMs cell of its length, in ms */
  has(windowMs: Float64Array): boolean {
    const since = (this.cells[this.nowCell] as number) - (windowMs[0] as number) * NS_PER_MS;
    const whose = this.whoseNow();
    const oldest = (this.count[0] as number) - REMEMBERED;
    let number = this.newest[this.bucket(whose)] as number;
    while (number > oldest && number > 0) {
      const slot = number & (REMEMBERED - 1);
      if ((this.timeNs[slot] as number) <= since) return false;
      if (
        this.price[slot] === this.intent.cells[INTENT.price] &&
        this.quantity[slot] === this.intent.cells[INTENT.quantity] &&
        this.whose[slot] === whose
      )
        return true;
      number = this.before[slot] as number;
    }
    return false;
  }

  add(): void {
    const whose = this.whoseNow();
    const number = (this.count[0] as number) + 1;
    const slot = number & (REMEMBERED - 1);
    const bucket = this.bucket(whose);
    this.count[0] = number;
    this.timeNs[slot] = this.cells[this.nowCell] as number;
    this.price[slot] = this.intent.cells[INTENT.price] as number;
    this.quantity[slot] = this.intent.cells[INTENT.quantity] as number;
    this.whose[slot] = whose;
    this.before[slot] = this.newest[bucket] as number;
    this.newest[bucket] = number;
  }

  /** The order that was added last has not left after all: it stays in its chain, and is nobody's. */
  undo(): void {
    this.whose[(this.count[0] as number) & (REMEMBERED - 1)] = -1;
  }

  /** Below 64 strategies and the house, and 65,536 instruments, it fits an int32. */
  private whoseNow(): number {
    const { strategy, handle, side } = this.intent;
    return (strategy * 65_536 + handle) * 4 + side;
  }

  private bucket(whose: number): number {
    const price = this.intent.cells[INTENT.price] as number;
    const quantity = this.intent.cells[INTENT.quantity] as number;
    const mixed =
      Math.imul(price | 0, 0x9e3779b1) ^ Math.imul(quantity | 0, 0x85ebca6b) ^ Math.imul(whose | 0, 0xc2b2ae35);
    return (mixed ^ (mixed >>> 15)) & (BUCKETS - 1);
  }
}
