/** How far some long work is; `total` is 0 while it is unknown. */
export interface Progress {
  /** Short name of the step, e.g. `replaying`. */
  readonly step: string;
  readonly done: number;
  readonly total: number;
  /** What is counted, e.g. `messages` or `bytes`. */
  readonly unit: string;
}
