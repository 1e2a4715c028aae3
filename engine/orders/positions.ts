import { POSITION, POSITION_DOUBLES } from '../domain/position.ts';
import { Side } from '../domain/side.ts';

/**
 * Positions by strategy and instrument, in integers of 1/priceScale held in doubles (exact within 2^53).
 * Cost leaves at the average: when part of a position closes, its share of the cost is rounded to a whole unit and the
 * rest stays with what is open, so bought value - sold value = cost - realised, always and exactly.
 */
export class Positions {
  private readonly memory: Float64Array;
  private readonly stride: number;

  constructor(strategies: number, maxInstruments: number) {
    this.stride = maxInstruments * POSITION_DOUBLES;
    this.memory = new Float64Array(strategies * this.stride);
  }

  /** Positions of one strategy: instruments × POSITION_DOUBLES. */
  of(strategy: number): Float64Array {
    return this.memory.subarray(strategy * this.stride, (strategy + 1) * this.stride);
  }

  /** An execution. Never changes what is working: see `work`. */
  fill(strategy: number, instrument: number, side: number, price: number, quantity: number): void {
    const { memory } = this;
    const base = strategy * this.stride + instrument * POSITION_DOUBLES;
    const sign = side === Side.Buy ? 1 : -1;
    const traded = side === Side.Buy ? POSITION.bought : POSITION.sold;
    memory[base + traded] = (memory[base + traded] as number) + quantity;
    const held = memory[base + POSITION.quantity] as number;
    const closing = held * sign < 0 ? Math.min(quantity, Math.abs(held)) : 0;
    if (closing > 0) {
      const cost = memory[base + POSITION.cost] as number;
      const share = closing === Math.abs(held) ? cost : Math.round(cost * (closing / Math.abs(held)));
      const proceeds = -sign * price * closing;
      memory[base + POSITION.cost] = cost - share;
      memory[base + POSITION.realizedPnl] = (memory[base + POSITION.realizedPnl] as number) + proceeds - share;
    }
    memory[base + POSITION.cost] = (memory[base + POSITION.cost] as number) + sign * price * (quantity - closing);
    memory[base + POSITION.quantity] = held + sign * quantity;
  }

  /** Open orders may execute `delta` more (or fewer). */
  work(strategy: number, instrument: number, side: number, delta: number): void {
    const field = side === Side.Buy ? POSITION.workingBuy : POSITION.workingSell;
    const at = strategy * this.stride + instrument * POSITION_DOUBLES + field;
    this.memory[at] = (this.memory[at] as number) + delta;
  }
}
