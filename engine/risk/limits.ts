import type { LimitName } from './limit-list.ts';

export { LIMIT, LIMIT_ROW, LIMITS, type LimitName, type LimitScope, type LimitSpec } from './limit-list.ts';
export { createLimits, type LimitEntry, LimitTable } from './limit-table.ts';

/** Limits by name. Absent: the default; null: none. */
export type LimitValues = { readonly [Name in LimitName]?: number | boolean | null | undefined };

/** Limits of the firm, and beside them what holds for its session, for a strategy, for a symbol. */
export interface RiskLimits extends LimitValues {
  readonly session?: LimitValues | undefined;
  /** For each strategy alone, and for those named. */
  readonly eachStrategy?: LimitValues | undefined;
  readonly strategies?: Readonly<Record<string, LimitValues>> | undefined;
  readonly eachSymbol?: LimitValues | undefined;
  readonly symbols?: Readonly<Record<string, LimitValues>> | undefined;
}
