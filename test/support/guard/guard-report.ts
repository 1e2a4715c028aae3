export interface GuardRequest {
  /** One symbol, so that every message of its book is an event. */
  recording: string;
  symbol: string;
  strategies: { source: string; params: Record<string, number> }[];
  /** Of the bundled recording, in rehearsals with instances of their own before all else. */
  rehearsedMessages: number;
  /** Events before the watch begins, and in it. */
  warmEvents: number;
  watchedEvents: number;
  /** Where V8 writes its traces (--redirect-code-traces-to); null: it does not. */
  traceFile: string | null;
}

export interface GuardReport {
  /** Of the watched stretch. */
  events: number;
  orders: number;
  /** Of the whole run. */
  refused: number;
  /** Taken from the heap, collections included, and how many of those. */
  bytes: number;
  collections: number;
  /** Size of the trace file when the watch began and ended. */
  traceStart: number;
  traceEnd: number;
}
