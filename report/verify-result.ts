/** What `hotlap verify` found. */
export interface VerifyResult {
  /** Absolute. */
  readonly folder: string;
  readonly command: string;
  /** Files whose hash was compared. */
  readonly files: number;
  /** What is not as it was when the run ended, a sentence each. */
  readonly changed: readonly string[];
  /** Of the run. */
  readonly orderLogHash: string;
  /** The run, run again; null where its files have changed. */
  readonly again: {
    readonly orderLogHash: string;
    /** Of the order log. */
    readonly records: number;
    /** The first record that is another. */
    readonly difference: OrderDifference | null;
  } | null;
  readonly ok: boolean;
}

export interface OrderDifference {
  /** Which one of the order log, from 1. */
  readonly record: number;
  /** Of the run, and of the run that was run again; null: it has none there. */
  readonly was: string | null;
  readonly is: string | null;
}
