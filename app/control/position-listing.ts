/** Positions as people read them, from shared memory: the loop is not asked. */
import { POSITION, POSITION_DOUBLES } from '../../engine/domain/position.ts';
import { DEFAULT_INSTRUMENT } from '../../engine/market/instrument-registry.ts';
import { HOUSE, type PositionReport, positionReports } from '../../engine/orders/position-report.ts';
import { Positions } from '../../engine/orders/positions.ts';
import type { InstrumentSpecs } from '../config/instrument-schema.ts';
import type { InstrumentNames } from './instrument-names.ts';

export type { PositionReport };

export interface PositionPage {
  readonly positions: readonly PositionReport[];
  /** Goes into `after` of the next request; null: these were the last. */
  readonly next: number | null;
}

/** Looked at for one answer: some tenths of a millisecond. */
const MAX_LOOKS = 65_536;

export class PositionListing {
  readonly #positions: Positions;
  readonly #strategies: readonly string[];
  readonly #names: InstrumentNames;
  readonly #specs: InstrumentSpecs;

  constructor(
    buffer: SharedArrayBuffer,
    strategies: readonly string[],
    names: InstrumentNames,
    specs: InstrumentSpecs,
  ) {
    this.#positions = new Positions(buffer);
    this.#strategies = [...strategies, HOUSE];
    this.#names = names;
    this.#specs = specs;
  }

  /** @param after counts strategy by strategy, instrument by instrument */
  page(after: number, most: number): PositionPage {
    const { capacity } = this.#names;
    const end = this.#strategies.length * capacity;
    const stop = Math.min(end, after + MAX_LOOKS);
    const positions: PositionReport[] = [];
    let at = after;
    for (; at < stop && positions.length < most; at += 1)
      positions.push(...this.#report(Math.floor(at / capacity), at % capacity));
    return { positions, next: at < end ? at : null };
  }

  #report(strategy: number, handle: number): PositionReport[] {
    const at = this.#positions.at(strategy, handle);
    const { all } = this.#positions;
    if (!TOUCHED.some((field) => all[at + field] !== 0)) return [];
    const own = this.#positions.of(strategy).subarray(handle * POSITION_DOUBLES);
    // The only instrument of what it is handed.
    const symbol = this.#names.of(handle);
    const instrument = { ...(this.#specs[symbol] ?? DEFAULT_INSTRUMENT), handle: 0, symbol };
    const mark = all[this.#positions.at(this.#positions.house, handle) + POSITION.mark] as number;
    return positionReports(this.#strategies[strategy] as string, own, [instrument], () => mark || Number.NaN);
  }
}

const TOUCHED = [POSITION.quantity, POSITION.bought, POSITION.sold] as const;
