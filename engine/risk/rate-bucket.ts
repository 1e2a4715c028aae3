const NS_PER_S = 1e9;
const TOKENS = 0;
const LAST_NS = 1;

/** Tokens that come back at a rate; at most one second's worth is kept. State in a typed array: no heap numbers. */
export class RateBucket {
  private readonly state: Float64Array;
  private readonly perSecond: number;
  private readonly reserve: number;

  /** @param reserve how far `force` may go into debt */
  constructor(perSecond: number, reserve: number) {
    this.perSecond = perSecond;
    this.reserve = reserve;
    this.state = Float64Array.of(perSecond, Number.NEGATIVE_INFINITY);
  }

  /** True when a whole token is there. Changes nothing but the time. */
  has(cells: Float64Array, nowCell: number): boolean {
    this.refill(cells, nowCell);
    return (this.state[TOKENS] as number) >= 1;
  }

  /** Takes the token that `has` found. */
  take(): void {
    this.state[TOKENS] = (this.state[TOKENS] as number) - 1;
  }

  /** Takes a token whether there is one or not: for cancels, which are counted and never refused. */
  force(cells: Float64Array, nowCell: number): void {
    this.refill(cells, nowCell);
    this.state[TOKENS] = Math.max((this.state[TOKENS] as number) - 1, -this.reserve);
  }

  private refill(cells: Float64Array, nowCell: number): void {
    const now = cells[nowCell] as number;
    const last = this.state[LAST_NS] as number;
    if (now <= last) return;
    const earned = ((now - last) / NS_PER_S) * this.perSecond;
    this.state[TOKENS] = Math.min(this.perSecond, (this.state[TOKENS] as number) + earned);
    this.state[LAST_NS] = now;
  }
}
