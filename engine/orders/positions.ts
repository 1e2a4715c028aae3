import { CHANGE, CHANGE_DOUBLES, POSITION, POSITION_DOUBLES } from '../domain/position.ts';
import { Side } from '../domain/side.ts';

/**
 * Positions in shared memory, written by the loop, readable by any thread at any time:
 *
 *   header  8 doubles       rows · maxInstruments
 *   rows    rows × maxInstruments × POSITION_DOUBLES
 *
 * A row a strategy, and behind them the house's: orders and executions that belong to no strategy that is loaded.
 */
const HEADER = { rows: 0, maxInstruments: 1, doubles: 8 } as const;

/** Memory for the positions of so many strategies and of the house. */
export const createPositions = (strategies: number, maxInstruments: number): SharedArrayBuffer => {
  const rows = strategies + 1;
  const buffer = new SharedArrayBuffer(8 * (HEADER.doubles + rows * maxInstruments * POSITION_DOUBLES));
  const header = new Float64Array(buffer, 0, HEADER.doubles);
  header[HEADER.rows] = rows;
  header[HEADER.maxInstruments] = maxInstruments;
  return buffer;
};

/** What a strategy holds of an instrument when the run begins. Integers of 1/priceScale. */
export interface HeldPosition {
  quantity: number;
  cost: number;
  realizedPnl: number;
  bought: number;
  sold: number;
}

/** Hears that a position has changed. */
export interface PositionListener {
  position(strategy: number, instrument: number): void;
}

/**
 * Positions by strategy and instrument, in integers of 1/priceScale held in doubles (exact within 2^53).
 * Cost leaves at the average: when part of a position closes, its share of the cost is rounded to a whole unit and the
 * rest stays with what is open, so bought value - sold value = cost - realised, always and exactly.
 */
export class Positions {
  /** Row of orders that belong to no strategy. */
  readonly house: number;
  listener: PositionListener | undefined;
  private readonly memory: Float64Array;
  private readonly stride: number;
  private readonly single = new Float64Array(CHANGE_DOUBLES);

  /** @param buffer of `createPositions` */
  constructor(buffer: SharedArrayBuffer) {
    const header = new Float64Array(buffer, 0, HEADER.doubles);
    this.house = (header[HEADER.rows] as number) - 1;
    this.stride = (header[HEADER.maxInstruments] as number) * POSITION_DOUBLES;
    this.memory = new Float64Array(buffer, 8 * HEADER.doubles);
  }

  /** Positions of one strategy, or of the house: instruments × POSITION_DOUBLES. */
  of(strategy: number): Float64Array {
    return this.memory.subarray(strategy * this.stride, (strategy + 1) * this.stride);
  }

  /** Where a position begins in `all`. */
  at(strategy: number, instrument: number): number {
    return strategy * this.stride + instrument * POSITION_DOUBLES;
  }

  /** All positions: all[at(strategy, instrument) + POSITION.…]. */
  get all(): Float64Array {
    return this.memory;
  }

  /** What was held before this run. Cold. */
  set(strategy: number, instrument: number, held: HeldPosition): void {
    const { memory } = this;
    const base = this.at(strategy, instrument);
    memory[base + POSITION.quantity] = held.quantity;
    memory[base + POSITION.cost] = held.cost;
    memory[base + POSITION.realizedPnl] = held.realizedPnl;
    memory[base + POSITION.bought] = held.bought;
    memory[base + POSITION.sold] = held.sold;
    this.listener?.position(strategy, instrument);
  }

  /** An execution. Never changes what is working: see `work`. */
  fill(strategy: number, instrument: number, side: number, price: number, quantity: number): void {
    this.single[CHANGE.quantity] = quantity;
    this.single[CHANGE.value] = price * quantity;
    this.apply(strategy, instrument, side, this.single);
  }

  /** An execution, or with a negative quantity one that is taken back at its own price. @param change see CHANGE */
  apply(strategy: number, instrument: number, side: number, change: Float64Array): void {
    const { memory } = this;
    const base = strategy * this.stride + instrument * POSITION_DOUBLES;
    const traded = base + (side === Side.Buy ? POSITION.bought : POSITION.sold);
    memory[traded] = (memory[traded] as number) + (change[CHANGE.quantity] as number);
    const sign = side === Side.Buy ? 1 : -1;
    const held = memory[base + POSITION.quantity] as number;
    const isTakenBack = (change[CHANGE.quantity] as number) < 0;
    if (isTakenBack && held * sign >= -(change[CHANGE.quantity] as number)) this.unopen(base, sign, change);
    else this.trade(base, sign, change);
    this.listener?.position(strategy, instrument);
  }

  /** Open orders may execute `delta` more (or fewer). */
  work(strategy: number, instrument: number, side: number, delta: number): void {
    const field = side === Side.Buy ? POSITION.workingBuy : POSITION.workingSell;
    const at = strategy * this.stride + instrument * POSITION_DOUBLES + field;
    this.memory[at] = (this.memory[at] as number) + delta;
  }

  /** Also of what is taken back after its position has been closed or turned: then it is a trade the other way. */
  private trade(base: number, sign: number, change: Float64Array): void {
    const { memory } = this;
    const signed = sign * (change[CHANGE.quantity] as number);
    const value = sign * (change[CHANGE.value] as number);
    const held = memory[base + POSITION.quantity] as number;
    memory[base + POSITION.quantity] = held + signed;
    if (held * signed >= 0) {
      memory[base + POSITION.cost] = (memory[base + POSITION.cost] as number) + value;
      return;
    }
    const cost = memory[base + POSITION.cost] as number;
    const size = Math.abs(held);
    const closing = Math.min(Math.abs(signed), size);
    // The value of what closes; the rest, where the position turns, is the cost of what opens.
    const proceeds = closing === Math.abs(signed) ? value : Math.round(value * (closing / Math.abs(signed)));
    const share = closing === size ? cost : Math.round(cost * (closing / size));
    memory[base + POSITION.cost] = cost - share + (value - proceeds);
    memory[base + POSITION.realizedPnl] = (memory[base + POSITION.realizedPnl] as number) - proceeds - share;
  }

  /** What is taken back is still open: its cost goes, and nothing is realised, unless nothing stays open. */
  private unopen(base: number, sign: number, change: Float64Array): void {
    const { memory } = this;
    const quantity = (memory[base + POSITION.quantity] as number) + sign * (change[CHANGE.quantity] as number);
    const cost = (memory[base + POSITION.cost] as number) + sign * (change[CHANGE.value] as number);
    memory[base + POSITION.quantity] = quantity;
    memory[base + POSITION.cost] = quantity === 0 ? 0 : cost;
    if (quantity !== 0) return;
    memory[base + POSITION.realizedPnl] = (memory[base + POSITION.realizedPnl] as number) - cost;
  }
}
