/** What `hotlap diff` found. Money in currency and prices as decimal strings, times in ns since the feed's midnight. */

/** Why a run earned another amount than the other: docs/reference/run-difference.md says when each is told. */
export const CAUSES = ['data', 'latency', 'queue', 'risk', 'decision', 'mark', 'unattributed'] as const;
export type Cause = (typeof CAUSES)[number];

export interface DiffResult {
  readonly a: DiffRun;
  readonly b: DiffRun;
  /** What went in and is not the same. */
  readonly inputs: readonly InputDifference[];
  /** Whether both had the same market data: unknown where it was not recorded, or was received with gaps. */
  readonly data: 'same' | 'other' | 'unknown';
  readonly orders: OrderComparison;
  /** The first order that is another; null: there is none. */
  readonly first: FirstDifference | null;
  readonly pnl: PnlComparison;
  /** What is to be known beside it, a sentence each. */
  readonly notes: readonly string[];
  /** No order, no execution and no profit differs. */
  readonly ok: boolean;
}

export interface DiffRun {
  /** Absolute. */
  readonly folder: string;
  readonly command: string;
  readonly startedAt: string;
  readonly hotlap: string;
  readonly orderLogHash: string;
  /** Records of its order log. */
  readonly records: number;
}

export interface InputDifference {
  /** `recording`, `risk.maxQuantity`, `strategy imbalance-taker: quantity`. */
  readonly name: string;
  /** null: absent. */
  readonly a: string | null;
  readonly b: string | null;
}

export interface OrderComparison {
  /** In both, with the same requests and executions. */
  readonly same: number;
  readonly onlyInA: number;
  readonly onlyInB: number;
  /** In both, with another price, quantity or time in force, or replaced or cancelled otherwise. */
  readonly changed: number;
  /** Sent the same, and executed otherwise. */
  readonly executedOtherwise: number;
  /** Of those that are the same: answered at another time. */
  readonly answeredAtAnotherTime: number;
}

export interface FirstDifference {
  readonly kind: 'only in A' | 'only in B' | 'changed' | 'requested otherwise' | 'executed otherwise';
  readonly strategy: string;
  readonly symbol: string;
  readonly a: DifferingRecord | null;
  readonly b: DifferingRecord | null;
  /** Why the other run has no such order, where its refusal is on record: `MaxPosition`. */
  readonly refusal: string | null;
  readonly cause: Cause;
}

export interface DifferingRecord {
  /** Which one of the order log, from 1. */
  readonly record: number;
  readonly told: string;
  readonly timeNs: number;
  /** Of the last feed message before it: of an order caused by a tick, the one that caused it. */
  readonly sequence: number;
}

export type CausedPnl = Readonly<Record<Cause, string>>;

export interface PnlComparison {
  /** Before fees. */
  readonly a: string;
  readonly b: string;
  /** B less A: the sum of `byCause`, to the last digit. */
  readonly difference: string;
  readonly byCause: CausedPnl;
  /** Those that differ. */
  readonly positions: readonly PnlOfPosition[];
}

export interface PnlOfPosition {
  readonly strategy: string;
  readonly symbol: string;
  readonly a: string;
  readonly b: string;
  readonly difference: string;
  readonly byCause: CausedPnl;
}
