import type { NumberedTerms } from '../orders/order-terms-table.ts';
import type { JournalExecution, JournalKill, JournalLimit, JournalPosition } from './records.ts';

export interface RecoveredLimit extends JournalLimit {
  /** When it was changed, in ms since 1970. */
  readonly atMs?: number;
}

/** What an earlier run has left, read from the journal before the loop starts: plain data, so that it crosses threads. */
export interface RecoveredState {
  /** Names that the images number: by IMAGE.strategy, and by IMAGE.instrument. */
  readonly strategies: readonly string[];
  readonly symbols: readonly string[];
  /** Terms that the images number. */
  readonly terms: readonly NumberedTerms[];
  /** Images of the orders that were not in a final state, IMAGE_DOUBLES each. */
  readonly orders: Float64Array;
  /** Start-of-day positions: what was carried, what the executions since made of it. */
  readonly positions: readonly JournalPosition[];
  /** The latest executions, oldest first. */
  readonly executions: readonly JournalExecution[];
  /** What is latched: the newest record of each scope that is still killed. */
  readonly kills: readonly JournalKill[];
  /** Limits changed at run time that still stand: the newest of each scope and name. */
  readonly limits: readonly RecoveredLimit[];
}
