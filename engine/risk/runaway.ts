import { LIMIT, type LimitTable } from './limits.ts';

const WINDOW_NS = 10e9;
const COUNT = 0;
const LAST_NS = 1;
const DOUBLES = 2;

/**
 * Counts executions by strategy, instrument and side, and lets the count run off at the limit's own rate: who executes
 * the same again and again gets no further order there until the count is below the limit.
 */
export class Runaway {
  private readonly limits: LimitTable;
  private readonly cells: Float64Array;
  private readonly nowCell: number;
  private readonly instruments: number;
  private readonly state: Float64Array;

  constructor(limits: LimitTable, cells: Float64Array, nowCell: number, strategies: number, maxInstruments: number) {
    this.limits = limits;
    this.cells = cells;
    this.nowCell = nowCell;
    this.instruments = maxInstruments;
    this.state = new Float64Array(strategies * maxInstruments * 2 * DOUBLES);
  }

  executed(strategy: number, instrument: number, side: number): void {
    const at = this.at(strategy, instrument, side);
    this.state[at + COUNT] = this.count(at, this.limitOf(strategy)) + 1;
    this.state[at + LAST_NS] = this.cells[this.nowCell] as number;
  }

  /** True while one more execution would pass the limit. */
  isRunning(strategy: number, instrument: number, side: number): boolean {
    const limit = this.limitOf(strategy);
    const at = this.at(strategy, instrument, side);
    // Time only takes from the count.
    return (this.state[at + COUNT] as number) > limit - 1 && this.count(at, limit) > limit - 1;
  }

  private count(at: number, limit: number): number {
    const passed = (this.cells[this.nowCell] as number) - (this.state[at + LAST_NS] as number);
    if (passed >= WINDOW_NS) return 0;
    return Math.max(0, (this.state[at + COUNT] as number) - (passed / WINDOW_NS) * Math.min(limit, Number.MAX_VALUE));
  }

  private limitOf(strategy: number): number {
    const { values, all } = this.limits;
    return Math.min(
      values[all + LIMIT.executionsPer10Seconds] as number,
      values[this.limits.ofStrategy(strategy) + LIMIT.executionsPer10Seconds] as number,
    );
  }

  private at(strategy: number, instrument: number, side: number): number {
    return ((strategy * this.instruments + instrument) * 2 + (side - 1)) * DOUBLES;
  }
}
