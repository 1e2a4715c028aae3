import { Observable, Subject } from 'rxjs';
import type { Order } from '../domain/order.ts';
import { POSITION, POSITION_DOUBLES } from '../domain/position.ts';
import { Side } from '../domain/side.ts';
import type { BorrowedStream } from './borrowed-stream.ts';
import type { Context, Log, StrategyInstrument, TimerHandle } from './context.ts';
import type { EngineTime } from './engine-time.ts';
import { LOG_LEVEL, type StrategyHost } from './host.ts';
import { KeptCells } from './kept-cells.ts';
import { type ParamSpecs, type ParamValue, type ParamValues, unknownParam } from './params.ts';
import { Random } from './random.ts';
import { RawStream } from './raw-stream.ts';
import { type HandlerClasses, RuntimeInstrument } from './runtime-instrument.ts';
import { RuntimeOrders } from './runtime-orders.ts';
import type { FeedView, FillView } from './views.ts';

const nothing = (): void => {};

/** Errors are no plain data: JSON would show them as {}. */
const plain = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Error ? (value.stack ?? value.message) : value;
};

const makeLog = (host: StrategyHost): Log => {
  const write = (level: number) => (message: string | object) =>
    host.log(level, typeof message === 'string' ? message : JSON.stringify(message, plain));
  return { info: write(LOG_LEVEL.info), warn: write(LOG_LEVEL.warn), error: write(LOG_LEVEL.error) };
};

/** `ctx` of one strategy. */
export class RuntimeContext implements Context {
  readonly params: ParamValues<ParamSpecs>;
  readonly orders: RuntimeOrders;
  readonly log: Log;
  /** By handle, with holes. */
  private readonly instruments: (RuntimeInstrument | undefined)[] = [];
  readonly orderUpdates = new RawStream<Order>('order$', nothing);
  readonly fills = new RawStream<FillView>('fill$', nothing);
  readonly feeds = new RawStream<FeedView>('feed$', nothing);
  readonly kept: KeptCells;
  readonly generator: Random;
  private readonly timers = new Subject<string>();
  private readonly host: StrategyHost;
  private readonly time: EngineTime;
  private readonly handlers: HandlerClasses;
  private readonly onTimer: (name: string) => void;

  constructor(host: StrategyHost, time: EngineTime, handlers: HandlerClasses, onTimer: (name: string) => void) {
    this.host = host;
    this.time = time;
    this.handlers = handlers;
    this.onTimer = onTimer;
    this.params = paramCells(host.params);
    this.orders = new RuntimeOrders(host);
    this.log = makeLog(host);
    const { former } = host;
    this.generator = new Random(former?.random ?? host.seed);
    this.kept = new KeptCells(former?.numbers);
  }

  get order$(): BorrowedStream<Order> {
    return this.orderUpdates.stream;
  }

  get fill$(): BorrowedStream<FillView> {
    return this.fills.stream;
  }

  get feed$(): BorrowedStream<FeedView> {
    return this.feeds.stream;
  }

  get data(): unknown {
    return this.host.data;
  }

  get now(): number {
    return this.host.cells[this.host.nowCell] as number;
  }

  get lag(): number {
    return this.host.cells[this.host.lagCell] as number;
  }

  instrument(symbol: string): StrategyInstrument {
    const found = this.host.instrument(symbol);
    let instrument = this.instruments[found.handle];
    if (instrument === undefined) {
      instrument = new RuntimeInstrument(this.host, this.handlers, found);
      this.instruments[found.handle] = instrument;
    }
    return instrument;
  }

  position(instrument: StrategyInstrument): number {
    return this.host.positions[instrument.handle * POSITION_DOUBLES + POSITION.quantity] as number;
  }

  working(instrument: StrategyInstrument, side?: Side): number {
    const base = instrument.handle * POSITION_DOUBLES;
    const buy = this.host.positions[base + POSITION.workingBuy] as number;
    const sell = this.host.positions[base + POSITION.workingSell] as number;
    if (side === undefined) return buy + sell;
    return side === Side.Buy ? buy : sell;
  }

  isFlat(instrument: StrategyInstrument): boolean {
    return this.position(instrument) === 0 && this.working(instrument) === 0;
  }

  every(periodMs: number): Observable<number>;
  every(periodMs: number, name: string): TimerHandle;
  every(periodMs: number, name?: string): Observable<number> | TimerHandle {
    return name === undefined ? this.timerStream(periodMs, false) : this.namedTimer(periodMs, false, name);
  }

  after(delayMs: number): Observable<number>;
  after(delayMs: number, name: string): TimerHandle;
  after(delayMs: number, name?: string): Observable<number> | TimerHandle {
    return name === undefined ? this.timerStream(delayMs, true) : this.namedTimer(delayMs, true, name);
  }

  at(timeOfDay: string, timeZone: string): Observable<number>;
  at(timeOfDay: string, timeZone: string, name: string): TimerHandle;
  at(timeOfDay: string, timeZone: string, name?: string): Observable<number> | TimerHandle {
    // What is wrong with it is told where it was asked for.
    this.host.untilTimeOfDay(timeOfDay, timeZone);
    if (name === undefined) {
      return new Observable<number>((subscriber) => {
        let count = 0;
        const daily = this.time.daily(timeOfDay, timeZone, () => {
          subscriber.next(count);
          count += 1;
        });
        return () => this.time.stop(daily);
      });
    }
    const daily = this.time.daily(timeOfDay, timeZone, () => this.named(name));
    return { cancel: () => this.time.stop(daily) };
  }

  get timer$(): Observable<string> {
    return this.timers;
  }

  cells(name: string, length: number): Float64Array {
    return this.kept.take(name, `cells(${length})`, length);
  }

  openOrders(): Order[] {
    return this.host.openRows().map((row) => this.host.orders[row] as Order);
  }

  random(): number {
    return this.generator.next();
  }

  private timerStream(ms: number, once: boolean): Observable<number> {
    return new Observable<number>((subscriber) => {
      let count = 0;
      const timer = this.time.start(ms, once, () => {
        subscriber.next(count);
        count += 1;
        if (once) subscriber.complete();
      });
      return () => this.time.stop(timer);
    });
  }

  private namedTimer(ms: number, once: boolean, name: string): TimerHandle {
    const timer = this.time.start(ms, once, () => this.named(name));
    return { cancel: () => this.time.stop(timer) };
  }

  private named(name: string): void {
    this.onTimer(name);
    this.timers.next(name);
  }
}

/** What serialising and testing libraries ask of any object. */
const ASKED_OF_ANY = /^(?:then|toJSON|inspect|asymmetricMatch|nodeType|\$\$typeof|@@.*)$/;

/**
 * A prototype that refuses what is read of it, which is what the object itself does not have: costs what is there
 * nothing. One for all instances: what V8 has compiled for one holds for the next.
 */
const REFUSING_UNKNOWN: object = new Proxy(Object.prototype, {
  get: (target, key, receiver) => {
    if (typeof key === 'string' && !(key in target) && !ASKED_OF_ANY.test(key))
      unknownParam(key, Object.keys(receiver));
    return Reflect.get(target, key);
  },
});

/**
 * An object whose fields hold anything: a field that V8 has only seen with fractions copies the number (16 B) on each
 * read that is not inlined; one that held `undefined` first hands out the same heap number again.
 */
const paramCells = (values: Readonly<Record<string, ParamValue>>): ParamValues<ParamSpecs> => {
  const cells: Record<string, ParamValue | undefined> = Object.create(REFUSING_UNKNOWN);
  for (const name of Object.keys(values)) cells[name] = undefined;
  Object.assign(cells, values);
  return cells as ParamValues<ParamSpecs>;
};
