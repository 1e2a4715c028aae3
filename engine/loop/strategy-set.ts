import { CAUSE, EVENT, INTEREST, TICK } from '../../native/layout.ts';
import { ORDER_EVENT } from '../domain/order-state.ts';
import { EVENT_CLASSES } from '../market/event-classes.ts';
import type { InstrumentRegistry } from '../market/instrument-registry.ts';
import type { OrderFillView } from '../orders/fill-view.ts';
import type { OrderTable } from '../orders/order-table.ts';
import type { ReferencePrices } from '../risk/reference-prices.ts';
import type { HostedStrategy } from '../strategy/host.ts';
import type { ParamValue } from '../strategy/params.ts';
import type { CallWatch } from './call-watch.ts';
import { HEARTBEAT } from './heartbeat.ts';

/** Order changes that one call of a strategy may cause before they are told. */
const MAX_DEFERRED = 4_096;

const FAULTED = 0;
const RUNNING = 1;
/** `onStop` was called: only order updates follow. */
const STOPPED = 2;

export interface StrategySetParts {
  registry: InstrumentRegistry;
  references: ReferencePrices;
  table: OrderTable;
  fill: OrderFillView;
  heartbeat: Int32Array;
  /** cause[0]: why a strategy is being called. */
  cause: Int32Array;
  record: Float64Array;
  /** What is held of the instrument is valued at its new market. */
  marketMoved: (handle: number) => void;
  /** Clocks every call; undefined: none has a budget. */
  watch: CallWatch | undefined;
  /** A strategy threw, and has been marked. */
  faulted: (strategy: number, phase: string, error: unknown) => void;
}

/**
 * Calls strategies, one at a time, never one inside another: what a call causes is told after it. A throw ends the one
 * that threw and nothing else. The heartbeat names who is being called, so that the watchdog can name who never returns.
 */
export class StrategySet {
  private readonly parts: StrategySetParts;
  private readonly hosted: HostedStrategy[] = [];
  private readonly states: number[] = [];
  private readonly deferredRows = new Int32Array(MAX_DEFERRED);
  private readonly deferredEvents = new Int32Array(MAX_DEFERRED);
  private deferred = 0;
  private telling = false;
  private raised: { error: unknown } | null = null;

  constructor(parts: StrategySetParts) {
    this.parts = parts;
  }

  get running(): number {
    return this.states.filter((state) => state !== FAULTED).length;
  }

  stateOf(strategy: number): 'running' | 'stopped' | 'faulted' {
    if (this.states[strategy] === FAULTED) return 'faulted';
    return this.states[strategy] === STOPPED ? 'stopped' : 'running';
  }

  /** Runs `setup`; a throw leaves the strategy faulted. */
  add(hosted: HostedStrategy): void {
    const strategy = this.hosted.push(hosted) - 1;
    this.states.push(RUNNING);
    this.enter(strategy, CAUSE.control);
    try {
      hosted.setup();
    } catch (error) {
      this.raise(error);
    }
    this.leave(strategy, 'setup');
  }

  start(): void {
    for (let strategy = 0; strategy < this.hosted.length; strategy += 1) this.startOne(strategy);
  }

  startOne(strategy: number): void {
    if (this.states[strategy] !== RUNNING) return;
    this.enter(strategy, CAUSE.control);
    try {
      (this.hosted[strategy] as HostedStrategy).start();
    } catch (error) {
      this.raise(error);
    }
    this.leave(strategy, 'start');
  }

  /**
   * Calls an instance beside the events: what it throws is the caller's to judge. The watchdog knows whose it is.
   */
  beside<Result>(strategy: number, call: (hosted: HostedStrategy) => Result): Result {
    const { heartbeat, cause } = this.parts;
    heartbeat[HEARTBEAT.strategy] = strategy + 1;
    cause[0] = CAUSE.control;
    try {
      return call(this.hosted[strategy] as HostedStrategy);
    } finally {
      heartbeat[HEARTBEAT.strategy] = 0;
      cause[0] = CAUSE.none;
    }
  }

  instance(strategy: number): HostedStrategy {
    return this.hosted[strategy] as HostedStrategy;
  }

  /** Another instance hears the next event, also where the one before had faulted. */
  replace(strategy: number, hosted: HostedStrategy): void {
    this.hosted[strategy] = hosted;
    this.states[strategy] = RUNNING;
  }

  /** Ends the streams of an instance. What it throws then is of none that trades. */
  retire(strategy: number, hosted: HostedStrategy): void {
    try {
      this.beside(strategy, () => hosted.retire());
    } catch {
      // Nobody is left whose fault it would be.
    }
  }

  /** All of them: the engine will not turn any more. */
  retireAll(): void {
    for (const [strategy, hosted] of this.hosted.entries()) this.retire(strategy, hosted);
  }

  /** Tells the event in the record to whoever wants it. */
  event(): void {
    const { record, registry, references } = this.parts;
    const handle = record[TICK.instrument] as number;
    const kind = record[TICK.kind] as number;
    if (handle < 0) {
      this.feed();
      return;
    }
    const classes = EVENT_CLASSES[kind] as number;
    if ((classes & INTEREST.trade) !== 0 && kind !== EVENT.brokenTrade) references.traded(handle, record, TICK.price);
    this.parts.marketMoved(handle);
    for (let strategy = 0; strategy < this.hosted.length; strategy += 1) {
      const wanted = registry.wants(strategy, handle) & classes;
      if (wanted !== 0 && this.states[strategy] === RUNNING)
        this.callEvent(strategy, wanted, registry.hearersOf(strategy, handle));
    }
  }

  /** Tells news of the whole feed to all. */
  feed(): void {
    for (let strategy = 0; strategy < this.hosted.length; strategy += 1) {
      if (this.states[strategy] !== RUNNING) continue;
      this.enter(strategy, CAUSE.tick);
      try {
        (this.hosted[strategy] as HostedStrategy).feed();
      } catch (error) {
        this.raise(error);
      }
      this.leave(strategy, 'feed');
    }
  }

  timer(strategy: number, timer: number): void {
    if (this.states[strategy] !== RUNNING) return;
    this.enter(strategy, CAUSE.timer);
    try {
      (this.hosted[strategy] as HostedStrategy).timer(timer);
    } catch (error) {
      this.raise(error);
    }
    this.leave(strategy, 'timer');
  }

  /** An order changed: told now, or after the call that is under way. The house's orders are nobody's here. */
  orderChanged(row: number, event: number): void {
    if ((this.parts.table.strategy[row] as number) >= this.hosted.length) return;
    if (this.parts.heartbeat[HEARTBEAT.strategy] === 0 && !this.telling) {
      this.callOrder(row, event);
      return;
    }
    if (this.deferred === MAX_DEFERRED) throw new Error(`One call caused over ${MAX_DEFERRED} order changes.`);
    this.deferredRows[this.deferred] = row;
    this.deferredEvents[this.deferred] = event;
    this.deferred += 1;
  }

  stop(reason: string): void {
    for (let strategy = 0; strategy < this.hosted.length; strategy += 1) {
      if (this.states[strategy] !== RUNNING) continue;
      this.enter(strategy, CAUSE.control);
      try {
        (this.hosted[strategy] as HostedStrategy).stop(reason);
      } catch (error) {
        this.raise(error);
      }
      if (this.raised === null) this.states[strategy] = STOPPED;
      this.leave(strategy, 'stop');
    }
  }

  setParam(strategy: number, name: string, value: ParamValue): void {
    (this.hosted[strategy] as HostedStrategy).setParam(name, value);
  }

  /** The strategy being called is at fault: by a throw, or by an error that reached the end of a stream. The first counts. */
  raise(error: unknown): void {
    this.raised ??= { error };
  }

  private callEvent(strategy: number, classes: number, hearers: object): void {
    this.enter(strategy, CAUSE.tick);
    try {
      (this.hosted[strategy] as HostedStrategy).event(classes, hearers);
    } catch (error) {
      this.raise(error);
    }
    this.leave(strategy, 'event');
  }

  private callOrder(row: number, event: number): void {
    const { table, fill } = this.parts;
    const strategy = table.strategy[row] as number;
    if (this.states[strategy] === FAULTED) return;
    fill.row = row;
    table.event[row] = event;
    this.enter(strategy, CAUSE.report);
    try {
      (this.hosted[strategy] as HostedStrategy).order(row, event === ORDER_EVENT.fill);
    } catch (error) {
      this.raise(error);
    }
    this.leave(strategy, 'order');
  }

  private enter(strategy: number, cause: number): void {
    this.parts.heartbeat[HEARTBEAT.strategy] = strategy + 1;
    this.parts.cause[0] = cause;
    if (this.parts.watch !== undefined) this.parts.watch.begin();
  }

  private leave(strategy: number, phase: string): void {
    if (this.parts.watch !== undefined) this.parts.watch.end(strategy, phase);
    this.parts.heartbeat[HEARTBEAT.strategy] = 0;
    this.parts.cause[0] = CAUSE.none;
    if (this.raised !== null) this.fault(strategy, phase);
    if (this.deferred > 0 && !this.telling) this.tell();
  }

  private tell(): void {
    this.telling = true;
    for (let index = 0; index < this.deferred; index += 1) {
      this.callOrder(this.deferredRows[index] as number, this.deferredEvents[index] as number);
    }
    this.deferred = 0;
    this.telling = false;
  }

  private fault(strategy: number, phase: string): void {
    const error = this.raised?.error;
    this.raised = null;
    this.states[strategy] = FAULTED;
    this.parts.faulted(strategy, phase, error);
    this.parts.heartbeat[HEARTBEAT.strategy] = strategy + 1;
    try {
      (this.hosted[strategy] as HostedStrategy).faulted(error);
    } catch {
      // Its first error is the one that is reported.
    }
    this.raised = null;
    this.parts.heartbeat[HEARTBEAT.strategy] = 0;
  }
}
