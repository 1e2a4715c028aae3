/** A fill model that shares the engine's feed and its recorded time. */
export interface Matching {
  /** The record holds an event that no strategy has seen yet. */
  onEvent(): void;
  /** Takes orders, sends reports that are due. Bounded. @returns messages handled */
  poll(): number;
  /** Engine time at which `poll` has something to do; Infinity when there is nothing. */
  nextDueNs(): number;
}
