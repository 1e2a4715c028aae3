const TOKENS = 0;
const LAST_NS = 1;

/**
 * Tokens that come back at a rate; at most one window's worth is kept. The limit is read at each use, so that a change
 * holds at once. State in a typed array: no heap numbers.
 */
export class RateBucket {
  private readonly limits: Float64Array;
  private readonly at: number;
  private readonly windowNs: number;
  /** Full, whatever the limit is by the first use. */
  private readonly state = Float64Array.of(Number.MAX_VALUE, 0);

  /** @param at place of the limit: tokens in one window, Infinity for no limit */
  constructor(limits: Float64Array, at: number, windowNs: number) {
    this.limits = limits;
    this.at = at;
    this.windowNs = windowNs;
  }

  /** True when a whole token is there. Changes nothing. */
  has(cells: Float64Array, nowCell: number): boolean {
    const limit = this.limits[this.at] as number;
    // Without a look at the clock where there was one at the last: time only adds tokens.
    if (limit >= 1 && (this.state[TOKENS] as number) >= 1) return true;
    if (limit === Number.POSITIVE_INFINITY) return true;
    return this.tokens(limit, cells[nowCell] as number) >= 1;
  }

  /** Takes a token; where there is none, the bucket stays empty. */
  take(cells: Float64Array, nowCell: number): void {
    const limit = this.limits[this.at] as number;
    if (limit === Number.POSITIVE_INFINITY) return;
    const now = cells[nowCell] as number;
    this.state[TOKENS] = Math.max(0, this.tokens(limit, now) - 1);
    this.state[LAST_NS] = Math.max(this.state[LAST_NS] as number, now);
  }

  /** What was taken was not used after all. */
  giveBack(): void {
    this.state[TOKENS] = (this.state[TOKENS] as number) + 1;
  }

  private tokens(limit: number, now: number): number {
    const passed = now - (this.state[LAST_NS] as number);
    const earned = passed > 0 ? (passed / this.windowNs) * limit : 0;
    return Math.min(limit, (this.state[TOKENS] as number) + earned);
  }
}
