/** Clocks one call: int32 results, so that nothing of it is on the heap. A LatencyRecorder of the addon is one. */
export interface CallClock {
  callBegin(): number;
  /** @returns microseconds of wall time since callBegin */
  callEnd(): number;
}

export interface SlowCalls {
  count: number;
  longestUs: number;
  /** Where the longest was: `event`, `timer`, `order` … */
  phase: string;
}

/** Counts calls of strategies that take longer than they may, and says so the first time. */
export class CallWatch {
  private readonly clock: CallClock;
  private readonly budgetUs: number;
  private readonly first: (strategy: number, phase: string, us: number) => void;
  private readonly slow: (SlowCalls | undefined)[] = [];

  constructor(clock: CallClock, budgetUs: number, first: (strategy: number, phase: string, us: number) => void) {
    this.clock = clock;
    this.budgetUs = budgetUs;
    this.first = first;
  }

  begin(): void {
    this.clock.callBegin();
  }

  end(strategy: number, phase: string): void {
    const us = this.clock.callEnd();
    if (us > this.budgetUs) this.over(strategy, phase, us);
  }

  of(strategy: number): SlowCalls | null {
    return this.slow[strategy] ?? null;
  }

  private over(strategy: number, phase: string, us: number): void {
    // Set-up runs cold, once, before there is anything to be late for.
    if (phase === 'setup') return;
    let slow = this.slow[strategy];
    if (slow === undefined) {
      slow = { count: 0, longestUs: 0, phase };
      this.slow[strategy] = slow;
      this.first(strategy, phase, us);
    }
    slow.count += 1;
    if (us <= slow.longestUs) return;
    slow.longestUs = us;
    slow.phase = phase;
  }
}

interface Budgeted {
  readonly latency?: CallClock;
  readonly handlerBudgetUs?: number;
  readonly strategies: readonly { readonly id: string }[];
}

/** A watch where calls have a budget. @param tell is told of each strategy's first that is over it */
export const callWatch = (
  { latency, handlerBudgetUs = 0, strategies }: Budgeted,
  tell: (strategy: number, text: string) => void,
): CallWatch | undefined =>
  latency === undefined || handlerBudgetUs === 0
    ? undefined
    : new CallWatch(latency, handlerBudgetUs, (strategy, phase, us) =>
        tell(
          strategy,
          `Strategy ${strategies[strategy]?.id} took ${us} µs for one call (${phase}), over its budget of ${handlerBudgetUs} µs; further ones are counted.`,
        ),
      );
