import { REFUSALS } from '../domain/refusal.ts';

/** Counters of a run's orders; Int32Array so that counting never allocates. */
export const COUNT = {
  sent: 0,
  acknowledged: 1,
  filled: 2,
  cancelled: 3,
  rejected: 4,
  refused: 5,
  inDoubt: 6,
  cancels: 7,
  replaces: 8,
  cancelRejects: 9,
  replaceRejects: 10,
  executions: 11,
  /** Executions, busts and corrections that were applied already, by ExecID(17). */
  duplicates: 12,
  /** Reports whose ClOrdID(11) is not of this run. */
  unknown: 13,
  /** Reports of orders that were closed, and executions that had been assumed before they were told. */
  late: 14,
  /** Reports of a kind that this engine does not know. */
  unsupported: 15,
  /** Executions that were never reported singly: CumQty(14) rose by more than LastQty(32). */
  missed: 16,
  /** Orders that the venue says it has never had. */
  neverReached: 17,
} as const;

export class OrderCounts {
  readonly values = new Int32Array(Object.keys(COUNT).length);
  /** By code of REFUSAL. */
  readonly refusals = new Int32Array(REFUSALS.length);

  add(counter: number): void {
    this.values[counter] = (this.values[counter] as number) + 1;
  }

  subtract(counter: number): void {
    this.values[counter] = (this.values[counter] as number) - 1;
  }

  refuse(code: number): void {
    this.add(COUNT.refused);
    this.refusals[code] = (this.refusals[code] as number) + 1;
  }

  of(counter: number): number {
    return this.values[counter] as number;
  }

  /** Names and counts of refusals that occurred. */
  refusalsByName(): Record<string, number> {
    return Object.fromEntries(
      REFUSALS.map((name, code) => [name, this.refusals[code] as number] as const).filter(([, count]) => count > 0),
    );
  }
}
