import { DEPTH, depthStride } from '../../native/layout.ts';
import type { BookSnapshot, BookView } from '../strategy/views.ts';

/** Best levels of one instrument, read where the receiver keeps them. */
export class DepthBookView implements BookView {
  private readonly depth: Float64Array;
  private readonly base: number;
  private readonly bids: number;
  private readonly asks: number;
  private readonly levels: number;

  constructor(depth: Float64Array, handle: number, levels: number) {
    this.depth = depth;
    this.levels = levels;
    this.base = handle * depthStride(levels);
    this.bids = this.base + DEPTH.header;
    this.asks = this.bids + levels * DEPTH.perLevel;
  }

  get bidLevels(): number {
    return Math.min(this.depth[this.base + DEPTH.bidLevels] as number, this.levels);
  }

  get askLevels(): number {
    return Math.min(this.depth[this.base + DEPTH.askLevels] as number, this.levels);
  }

  get stale(): boolean {
    return this.depth[this.base + DEPTH.stale] === 1;
  }

  get halted(): boolean {
    return this.depth[this.base + DEPTH.halted] === 1;
  }

  get mid(): number {
    return (this.bidPrice(0) + this.askPrice(0)) / 2;
  }

  bidPrice(level: number): number {
    return this.read(this.bids, this.bidLevels, level, DEPTH.price);
  }

  bidSize(level: number): number {
    return this.read(this.bids, this.bidLevels, level, DEPTH.size);
  }

  bidOrders(level: number): number {
    return this.read(this.bids, this.bidLevels, level, DEPTH.orders);
  }

  askPrice(level: number): number {
    return this.read(this.asks, this.askLevels, level, DEPTH.price);
  }

  askSize(level: number): number {
    return this.read(this.asks, this.askLevels, level, DEPTH.size);
  }

  askOrders(level: number): number {
    return this.read(this.asks, this.askLevels, level, DEPTH.orders);
  }

  snapshot(): BookSnapshot {
    const side = (start: number, count: number) =>
      Array.from({ length: count }, (_, level) => ({
        price: this.read(start, count, level, DEPTH.price),
        size: this.read(start, count, level, DEPTH.size),
        orders: this.read(start, count, level, DEPTH.orders),
      }));
    return { bids: side(this.bids, this.bidLevels), asks: side(this.asks, this.askLevels) };
  }

  /** What lies behind the last level is left from earlier; it reads as NaN. */
  private read(start: number, count: number, level: number, field: number): number {
    return level >= 0 && level < count ? (this.depth[start + level * DEPTH.perLevel + field] as number) : Number.NaN;
  }
}
