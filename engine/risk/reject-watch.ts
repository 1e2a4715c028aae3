/** The times of each strategy's last rejections, in a ring: the oldest of them decides. */
export class RejectWatch {
  private readonly timesNs: Float64Array;
  private readonly at: Int32Array;
  private readonly count: number;
  private readonly windowNs: number;

  constructor(strategies: number, count: number, windowNs: number) {
    this.count = count;
    this.windowNs = windowNs;
    this.timesNs = new Float64Array(strategies * count).fill(Number.NEGATIVE_INFINITY);
    this.at = new Int32Array(strategies);
  }

  /** @returns true where as many as are too many lie within the window; then it counts anew */
  rejected(strategy: number, nowNs: number): boolean {
    const { at, count, timesNs } = this;
    const start = strategy * count;
    timesNs[start + (at[strategy] as number)] = nowNs;
    at[strategy] = ((at[strategy] as number) + 1) % count;
    const isTooMany = nowNs - (timesNs[start + (at[strategy] as number)] as number) <= this.windowNs;
    if (isTooMany) timesNs.fill(Number.NEGATIVE_INFINITY, start, start + count);
    return isTooMany;
  }
}
