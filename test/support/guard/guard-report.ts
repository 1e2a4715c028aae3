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

/** What the watched thread reports; the process adds `otherStack`. */
export interface GuardReport {
  /** Of the watched stretch. */
  events: number;
  orders: number;
  /** Of the whole run. */
  refused: number;
  /** Taken from the heap in each of PARTS equal parts of the stretch, collections included. */
  bytes: number[];
  /** Kinds of the collections in it. */
  collections: string[];
  /** Size of the trace file when the watch began and ended. */
  traceStart: number;
  traceEnd: number;
  /** Where the stack of the thread lies that is not watched: V8's traces name no thread. */
  otherStack: { from: bigint; to: bigint };
}

/** Enough that V8's compilers, which take some ten thousand bytes now and then, are not at work in all of them. */
export const PARTS = 25;

/** What three of four parts took at least: of an event it is in every part, a compiler's or a heap read amiss in few. */
export function takenInMostParts(bytes: readonly number[]): number {
  const sorted = [...bytes].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 4)] as number;
}
