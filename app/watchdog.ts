/** Sees a strategy that never returns: reads the loop's heartbeat in shared memory, and says so when a turn takes too long. */
import { readFileSync } from 'node:fs';
import { HEARTBEAT } from '../engine/loop/heartbeat.ts';
import type { EnginePlan } from './engine-plan.ts';

/** Loading, compiling and `setup` have no turns yet: longer than any of them takes on a busy machine. */
const START_LIMIT_MS = 30_000;
/** Of these, one `setup`: it runs cold, and is only to build a graph. */
const SETUP_LIMIT_MS = 5_000;

/** Times the limit that a thread without processor time is waited for. */
const PATIENCE = 10;

export class Watchdog {
  readonly #plan: EnginePlan;
  readonly #heartbeat: Int32Array;
  #timer: NodeJS.Timeout | undefined;
  #turns = -1;
  #strategy = 0;
  #sinceMs = 0;
  #sinceCpuMs = 0;
  /** Kernel's number of the hot thread, once it is known. */
  threadId = 0;
  #trip: (value: 'stalled') => void = () => {};
  /** Settles once a turn has taken longer than stallMs. */
  readonly stalled: Promise<'stalled'> = new Promise((resolve) => {
    this.#trip = resolve;
  });

  constructor(plan: EnginePlan) {
    this.#plan = plan;
    this.#heartbeat = new Int32Array(plan.memory.heartbeat);
  }

  start(): void {
    const everyMs = Math.max(1, Math.floor(this.#plan.loop.stallMs / 10));
    this.#sinceMs = performance.now();
    this.#sinceCpuMs = this.#cpuMs();
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const turns = Atomics.load(this.#heartbeat, HEARTBEAT.turns);
    const strategy = Atomics.load(this.#heartbeat, HEARTBEAT.strategy);
    const now = performance.now();
    // Before the first turn nothing but the strategy being set up tells that it goes on.
    const goesOn = turns !== this.#turns || (!this.#isTurning() && strategy !== this.#strategy);
    this.#turns = turns;
    this.#strategy = strategy;
    if (goesOn) {
      this.#sinceMs = now;
      this.#sinceCpuMs = this.#cpuMs();
      return;
    }
    const limitMs = this.#limitMs(strategy);
    const waitedMs = now - this.#sinceMs;
    if (waitedMs <= limitMs) return;
    // A host that does not run the thread is no strategy that does not return; one that sleeps is, in the end.
    if (waitedMs < PATIENCE * limitMs && this.#cpuMs() - this.#sinceCpuMs < limitMs / 2) return;
    this.stop();
    this.#trip('stalled');
  }

  /** Processor time of the hot thread; grows as the clock does where it cannot be read. */
  #cpuMs(): number {
    try {
      return Number.parseInt(readFileSync(`/proc/self/task/${this.threadId}/schedstat`, 'latin1'), 10) / 1e6;
    } catch {
      return performance.now();
    }
  }

  /** HEARTBEAT.phase 1 and 2: not before the first turn or behind the last. */
  #isTurning(): boolean {
    const phase = Atomics.load(this.#heartbeat, HEARTBEAT.phase);
    return phase === 1 || phase === 2;
  }

  #limitMs(strategy: number): number {
    const { stallMs } = this.#plan.loop;
    if (this.#isTurning()) return stallMs;
    return strategy === 0 ? START_LIMIT_MS : Math.max(stallMs, SETUP_LIMIT_MS);
  }

  /** Id of the strategy that did not return; undefined where it was none. */
  get culprit(): string | undefined {
    return this.#plan.strategies[Atomics.load(this.#heartbeat, HEARTBEAT.strategy) - 1]?.id;
  }

  /** Who did not return, as a sentence without its full stop. */
  verdict(): string {
    const called = Atomics.load(this.#heartbeat, HEARTBEAT.strategy);
    const culprit = this.culprit === undefined ? 'The loop' : `Strategy ${this.culprit}`;
    return `${culprit} did not return within ${this.#limitMs(called)} ms and was ended`;
  }
}
