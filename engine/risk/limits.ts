import { LIMITS, type LimitName, type LimitScope } from './limit-list.ts';

export {
  FLAG,
  LIMIT,
  LIMIT_ROW,
  LIMITS,
  type LimitName,
  type LimitScope,
  type LimitSpec,
  NO_LIMIT,
} from './limit-list.ts';
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

const widest = (scope: 'firm' | 'strategy'): LimitValues =>
  Object.fromEntries(
    LIMITS.filter(({ scopes, strictest }) => strictest === 'least' && scopes.includes(scope)).map(({ name, max }) => [
      name,
      max,
    ]),
  );

/**
 * Limits that no order reaches, for rehearsals and measurements: every check runs as usual. Without a limit one would be
 * skipped, and a rehearsal would not compile it.
 */
export const WIDE_LIMITS: RiskLimits = Object.freeze({
  ...widest('firm'),
  eachStrategy: widest('strategy'),
  // One nanosecond: looked up each time, found never.
  duplicateMs: 1e-6,
});

const none = (scope: LimitScope): LimitValues =>
  Object.fromEntries(LIMITS.filter(({ scopes }) => scopes.includes(scope)).map(({ name }) => [name, null]));

/** Nothing is limited: for measuring what limits cost. */
export const NO_LIMITS: RiskLimits = Object.freeze({
  ...none('firm'),
  session: none('session'),
  eachStrategy: none('strategy'),
  eachSymbol: none('symbol'),
});
