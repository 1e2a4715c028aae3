import type { Instrument } from '../domain/instrument.ts';
import { POSITION } from '../domain/position.ts';
import type { Positions } from '../orders/positions.ts';
import type { BookView } from '../strategy/views.ts';
import type { ReferencePrices } from './reference-prices.ts';

/** Positions that one turn looks at. */
const POSITIONS_PER_TURN = 256;

/** Index of the total, behind the house. */
const TOTAL = -1;

export interface LossWatchParts {
  /** In currency; null: no limit. */
  strategyLimit: number | null;
  totalLimit: number | null;
  positions: Positions;
  registry: { readonly all: readonly (Instrument & { readonly book: Pick<BookView, 'mid'> })[] };
  references: ReferencePrices;
  /** While true of a strategy, or of all (-1), its loss counts anew from what it is now. */
  killed: (strategy: number) => boolean;
  /** @param strategy -1 for all */
  lost: (strategy: number, loss: number) => void;
}

/**
 * What each strategy and all together have lost, closed and at the market, in currency: at the mid, else the last trade,
 * else what was seen last of either. It counts from what had been realised when the run began, or from a release;
 * positions of earlier runs stand at what they cost.
 */
export class LossWatch {
  readonly isOn: boolean;
  private readonly parts: LossWatchParts;
  /** Last known price of an instrument. */
  private readonly marks: Float64Array;
  /** By strategy, then of the house, then of all: profit as this pass adds it up, and where it is counted from. */
  private readonly profit: Float64Array;
  private readonly base: Float64Array;
  private strategy = 0;
  private instrument = 0;

  constructor(parts: LossWatchParts, maxInstruments: number) {
    this.parts = parts;
    this.isOn = parts.strategyLimit !== null || parts.totalLimit !== null;
    this.marks = new Float64Array(maxInstruments).fill(Number.NaN);
    this.profit = new Float64Array(parts.positions.house + 2);
    this.base = new Float64Array(parts.positions.house + 2).fill(Number.NaN);
  }

  /** Goes on with a pass over all positions; at its end says who has lost too much. @returns true while more is left */
  look(): boolean {
    const { positions, registry } = this.parts;
    for (let looked = 0; looked < POSITIONS_PER_TURN; looked += 1) {
      if (this.instrument < registry.all.length) {
        this.add(this.strategy, this.instrument);
        this.instrument += 1;
      } else if (this.strategy < positions.house) {
        this.strategy += 1;
        this.instrument = 0;
      } else {
        this.judge();
        return false;
      }
    }
    return true;
  }

  private add(strategy: number, handle: number): void {
    const { positions, registry, references } = this.parts;
    const { all } = positions;
    const at = positions.at(strategy, handle);
    const quantity = all[at + POSITION.quantity] as number;
    const realized = all[at + POSITION.realizedPnl] as number;
    if (quantity === 0 && realized === 0) return;
    const instrument = registry.all[handle]!;
    const mark = references.of(handle, instrument.book.mid);
    if (!Number.isNaN(mark)) this.marks[handle] = mark;
    const known = this.marks[handle] as number;
    const cost = all[at + POSITION.cost] as number;
    // Without any price yet, what is open is worth what it cost.
    const open = quantity === 0 || Number.isNaN(known) ? 0 : quantity * known - cost;
    const worth = ((realized + open) * instrument.multiplier) / instrument.priceScale;
    this.profit[strategy] = (this.profit[strategy] as number) + worth;
  }

  private judge(): void {
    const { profit } = this;
    const { strategyLimit, totalLimit, positions } = this.parts;
    const total = positions.house + 1;
    for (let strategy = 0; strategy < total; strategy += 1) {
      profit[total] = (profit[total] as number) + (profit[strategy] as number);
      if (strategy < positions.house) this.hold(strategy, strategy, strategyLimit);
    }
    this.hold(total, TOTAL, totalLimit);
    profit.fill(0);
    this.strategy = 0;
    this.instrument = 0;
  }

  private hold(index: number, strategy: number, limit: number | null): void {
    if (Number.isNaN(this.base[index] as number) || this.parts.killed(strategy)) {
      this.base[index] = this.profit[index] as number;
      return;
    }
    const loss = (this.base[index] as number) - (this.profit[index] as number);
    if (limit !== null && loss > limit) this.parts.lost(strategy, loss);
  }
}
