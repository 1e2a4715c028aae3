/** What `hotlap bench strategy --json` prints. Times in ns; keys are a promise to scripts: add, never rename. */

export interface OperatorRow {
  /** As a strategy writes it. */
  operator: string;
  /** What it works on, and what is taken off its time: `book$`, `trade$`, or the number of `microprice()`. */
  on: string;
  /** Of an event: median over all batches of all rounds, less that of what it works on. */
  nsPerEvent: number;
  bytesPerEvent: number;
  collections: number;
}

/** Every strategy watches every instrument; what one event calls in one strategy is one delivery. */
export interface PathRow {
  strategies: number;
  instruments: number;
  /** Handed to the loop in one round. */
  events: number;
  /** The whole path, from the recording's bytes on, for each delivery: median of the rounds. */
  nsPerDelivery: number;
  /** Less decoder and books, which the same recording takes with no strategy that listens. */
  nsInStrategies: number;
  bytesPerEvent: number;
}

export interface Bar {
  what: string;
  required: string;
  measured: string;
  met: boolean;
}

export interface StrategyBenchResult {
  operators: OperatorRow[];
  /** An order with its acknowledgement, fill and position, in ten events; null where operators were not measured. */
  bytesPerOrder: number | null;
  path: PathRow[];
  bars: Bar[];
  host: {
    cpu: string;
    cpus: number;
    kernel: string;
    node: string;
    hotCore: number | null;
    rounds: number;
    /** Of the last minute before the run: what else the machine was doing. */
    loadAverage: number;
  };
}
