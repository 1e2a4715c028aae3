import type { KeptNumbers } from './kept-cells.ts';

/** What one instance of a strategy leaves to the next: the version that takes its place, or the run that follows. */
export interface Handover {
  /** What `state()` returned, as JSON; null where the version has none. */
  readonly state: string | null;
  /** Named numbers of its operators and of `ctx.cells`. */
  readonly numbers: KeptNumbers;
  /** Where `ctx.random` stands. */
  readonly random: number;
  /** Which orders its quotes work, for a version that takes its place: a run that follows has none of them. */
  readonly quotes?: readonly KeptQuote[];
}

/** Of a strategy that remembers nothing. */
export const NOTHING_LEFT: Handover = { state: null, numbers: new Map(), random: 0 };

/** The quote of one instrument: by slot, as `InstrumentQuote` has them. */
export interface KeptQuote {
  readonly symbol: string;
  readonly rows: Int32Array;
  readonly prices: Float64Array;
  readonly quantities: Float64Array;
  readonly blocked: Uint8Array;
  readonly cancelling: Uint8Array;
  readonly tolerance: number;
  readonly terms: number;
}
