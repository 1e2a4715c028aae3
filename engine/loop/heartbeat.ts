/** What the watchdog reads of a loop: Int32 cells in shared memory. */
export const HEARTBEAT = {
  /** Turns begun; wraps at 2^32. One that stands still is a turn that does not end. */
  turns: 0,
  /** 1 + index of the strategy being called; 0 between calls. */
  strategy: 1,
  /** 1 from the first turn, 2 while stopping, 3 once the stop is over. */
  phase: 2,
  /** 1 while a command waits for the loop to look: written by who sends it, taken by the loop. */
  command: 3,
  /** 1 while a new version of a strategy waits to be made ready: the same. */
  version: 4,
} as const;

export const createHeartbeat = (): SharedArrayBuffer => new SharedArrayBuffer(64);
