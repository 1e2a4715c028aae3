import { SCRATCH, type StrategyHost } from './host.ts';

const NS_PER_MS = 1e6;
/** Node's own floor for timers: without it a timer that sets itself again at once would hold recorded time still. */
export const MIN_DELAY_MS = 1;
/** Callbacks that one dispatch may cause in a row before that is taken for a loop without end. */
const MAX_SETTLED = 10_000;

/** A timer of a strategy; `number` is the engine's, -1 once it is over. */
export interface Timer {
  number: number;
  stopped: boolean;
  readonly once: boolean;
  readonly fire: () => void;
}

/** Engine time for one instance: its timers, and what it asked to be called "at once", which is after the handler. */
export class EngineTime {
  private readonly host: StrategyHost;
  private readonly timers: (Timer | undefined)[] = [];
  private readonly afterwards: { callback: (() => void) | null }[] = [];

  constructor(host: StrategyHost) {
    this.host = host;
  }

  /** CLOCK_REALTIME as engine time has it, in milliseconds since 1970. */
  nowMs(): number {
    return this.host.day0Ms + (this.host.cells[this.host.nowCell] as number) / NS_PER_MS;
  }

  start(delayMs: number, once: boolean, fire: () => void): Timer {
    const delayNs = Math.max(MIN_DELAY_MS, Number.isFinite(delayMs) ? delayMs : MIN_DELAY_MS) * NS_PER_MS;
    this.host.scratch[SCRATCH.delayNs] = delayNs;
    this.host.scratch[SCRATCH.periodNs] = once ? 0 : delayNs;
    const timer = { number: this.host.startTimer(), stopped: false, once, fire };
    this.timers[timer.number] = timer;
    return timer;
  }

  /** Fires each day at a time of day; until engine time is known nobody can say when that is. */
  daily(timeOfDay: string, timeZone: string, fire: () => void): Timer {
    const { host } = this;
    const set = (timer: Timer): void => {
      host.untilTimeOfDay(timeOfDay, timeZone);
      host.scratch[SCRATCH.periodNs] = 0;
      timer.number = host.startTimer();
      this.timers[timer.number] = timer;
    };
    let isKnown = false;
    const timer: Timer = {
      number: -1,
      once: true,
      stopped: false,
      fire: () => {
        if (isKnown) fire();
        isKnown = true;
        if (!timer.stopped) set(timer);
      },
    };
    host.scratch[SCRATCH.delayNs] = 0;
    host.scratch[SCRATCH.periodNs] = 0;
    timer.number = host.startTimer();
    this.timers[timer.number] = timer;
    return timer;
  }

  stop(timer: Timer): void {
    timer.stopped = true;
    if (timer.number < 0) return;
    this.host.stopTimer(timer.number);
    this.timers[timer.number] = undefined;
    timer.number = -1;
  }

  fired(number: number): void {
    const timer = this.timers[number];
    if (timer === undefined) return;
    if (timer.once) {
      this.timers[number] = undefined;
      timer.number = -1;
    }
    timer.fire();
  }

  /** True when a dispatch left something to settle. */
  get unsettled(): boolean {
    return this.afterwards.length > 0;
  }

  /** Runs what the dispatch caused, in order. A throw is the strategy's fault. */
  settle(): void {
    for (let index = 0; index < this.afterwards.length; index += 1) {
      if (index === MAX_SETTLED) throw new Error(`One event caused over ${MAX_SETTLED} callbacks (asapScheduler?).`);
      this.afterwards[index]?.callback?.();
    }
    this.afterwards.length = 0;
  }

  /** After the handler. */
  soon(callback: () => void): { callback: (() => void) | null } {
    const entry = { callback };
    this.afterwards.push(entry);
    return entry;
  }

  /** Whatever RxJS was given for a timer or for `soon`. */
  clear(handle: unknown): void {
    if (handle === null || typeof handle !== 'object') return;
    if ('callback' in handle) handle.callback = null;
    else this.stop(handle as Timer);
  }
}
