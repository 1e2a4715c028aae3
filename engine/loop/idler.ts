export interface IdleHost {
  pause(turns: number): number;
  yield(): number;
  sleepUs(microseconds: number): number;
}

export type IdleStrategy = 'spin' | 'yield' | 'backoff';

/** Idle turns in a row before `backoff` gives the core away, and before it sleeps. */
const YIELD_AFTER = 1_000;
const SLEEP_AFTER = 2_000;
const SLEEP_US = 50;

/** What a turn with nothing to do does. */
export class Idler {
  private readonly strategy: IdleStrategy;
  private readonly host: IdleHost | undefined;
  private idleTurns = 0;

  constructor(options: { strategy: IdleStrategy; host: IdleHost } | undefined) {
    this.strategy = options?.strategy ?? 'spin';
    this.host = options?.host;
  }

  worked(): void {
    this.idleTurns = 0;
  }

  idle(): void {
    if (this.strategy === 'spin' || this.host === undefined) return;
    if (this.strategy === 'yield') {
      this.host.yield();
      return;
    }
    // Held at the last step, so that the counter stays a small integer.
    this.idleTurns = Math.min(this.idleTurns + 1, SLEEP_AFTER);
    if (this.idleTurns === SLEEP_AFTER) this.host.sleepUs(SLEEP_US);
    else if (this.idleTurns > YIELD_AFTER) this.host.yield();
    else this.host.pause(16);
  }
}
