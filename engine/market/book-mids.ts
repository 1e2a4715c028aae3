import { DEPTH, depthStride } from '../../native/layout.ts';

/** The middles of all books, written into cells: a result would cost a heap number. */
export class BookMids {
  private readonly depth: Float64Array;
  private readonly stride: number;
  private readonly asks: number;

  constructor(depth: Float64Array, levels: number) {
    this.depth = depth;
    this.stride = depthStride(levels);
    this.asks = DEPTH.header + levels * DEPTH.perLevel;
  }

  /** Into out[at]: halfway between the best prices, NaN while a side is empty or the instrument is none. */
  write(handle: number, out: Float64Array, at: number): void {
    const { depth, stride, asks } = this;
    const base = handle * stride;
    const isWhole = handle >= 0 && depth[base + DEPTH.bidLevels] > 0 && depth[base + DEPTH.askLevels] > 0;
    out[at] = isWhole ? (depth[base + DEPTH.header + DEPTH.price] + depth[base + asks + DEPTH.price]) / 2 : Number.NaN;
  }
}
