/**
 * Hosts one strategy. The bundler puts this module and RxJS into the strategy's library; the Worker calls
 * `strategyBundle(definition)` with what the user's file exports, then `host`.
 */
import { isObservable, type Observable, Subscriber } from 'rxjs';
import { HotlapError } from '../domain/errors.ts';
import type { Order } from '../domain/order.ts';
import { endingLoans, Lender, lendingHost } from './checked-views.ts';
import { type StrategyDefinition, whereDefined } from './define-strategy.ts';
import { EngineTime } from './engine-time.ts';
import type { Handover } from './handover.ts';
import { CLASS, type HostedStrategy, type StrategyBundle, type StrategyHost } from './host.ts';
import { currentInstance, Instance } from './instance.ts';
import type { ParamSpecs, ParamValue } from './params.ts';
import { tell } from './raw-stream.ts';
import { RuntimeContext } from './runtime-context.ts';
import type { InstrumentHearers } from './runtime-instrument.ts';
import { forgetSoon, serveRxjs } from './serve-rxjs.ts';
import { stateText } from './state-text.ts';
import type { BookView } from './views.ts';

/** Holds the root subscription: values are ignored, an error is the strategy's fault. */
class Root extends Subscriber<unknown> {
  private readonly host: StrategyHost;

  constructor(host: StrategyHost) {
    super();
    this.host = host;
  }

  protected override _next(): void {}

  protected override _error(error: unknown): void {
    this.host.fault(error);
    this.unsubscribe();
  }

  protected override _complete(): void {
    this.unsubscribe();
  }
}

class StrategyRuntime implements HostedStrategy {
  private readonly host: StrategyHost;
  private readonly definition: StrategyDefinition<ParamSpecs>;
  private readonly instance: Instance;
  private readonly time: EngineTime;
  private readonly ctx: RuntimeContext;
  private readonly root: Root;

  constructor(definition: StrategyDefinition<ParamSpecs>, host: StrategyHost, instance: Instance) {
    this.host = host;
    this.definition = definition;
    this.instance = instance;
    this.time = new EngineTime(host);
    const handlers = {
      tick: definition.onTick !== undefined,
      book: definition.onBook !== undefined,
      trade: definition.onTrade !== undefined,
      status: definition.onStatus !== undefined,
      imbalance: definition.onImbalance !== undefined,
    };
    this.ctx = new RuntimeContext(host, this.time, handlers, (name) => this.definition.onTimer?.(name, this.ctx));
    this.root = new Root(host);
    instance.time = this.time;
    instance.kept = this.ctx.kept;
  }

  setup(): void {
    this.instance.enter();
    serveRxjs();
    const streams: unknown = this.definition.setup?.(this.ctx);
    if (this.host.former !== undefined) this.resume(this.host.former);
    if (streams !== undefined && streams !== null) streamsOf(streams, this.definition).subscribe(this.root);
    this.settle();
  }

  start(): void {
    this.instance.enter();
    this.definition.onStart?.(this.ctx);
    this.settle();
  }

  event(classes: number, hearers: InstrumentHearers): void {
    this.instance.enter();
    if ((classes & (CLASS.book | CLASS.trade)) !== 0) this.tick(hearers);
    if ((classes & CLASS.trade) !== 0) this.trade(hearers);
    if ((classes & CLASS.book) !== 0) this.book(hearers);
    if ((classes & CLASS.status) !== 0) this.status(hearers);
    if ((classes & CLASS.imbalance) !== 0) this.imbalance(hearers);
    this.settle();
  }

  feed(): void {
    this.instance.enter();
    this.definition.onFeed?.(this.host.feed, this.ctx);
    this.ctx.feeds.emit(this.host.feed);
    this.settle();
  }

  order(row: number, fill: boolean): void {
    this.instance.enter();
    const order = this.host.orders[row] as Order;
    if (fill) this.ctx.fills.emit(this.host.fill);
    this.definition.onOrder?.(order, this.ctx);
    this.ctx.orderUpdates.emit(order);
    this.ctx.orders.quotes.changed(order, fill ? this.host.fill.quantity : 0);
    this.settle();
  }

  timer(timer: number): void {
    this.instance.enter();
    this.time.fired(timer);
    this.settle();
  }

  stop(reason: string): void {
    this.instance.enter();
    this.definition.onStop?.(reason, this.ctx);
    this.settle();
  }

  faulted(error: unknown): void {
    this.instance.enter();
    try {
      this.root.unsubscribe();
      this.definition.onFault?.(error, this.ctx);
    } finally {
      forgetSoon();
    }
  }

  handover(): Handover {
    this.instance.enter();
    const { ctx, definition } = this;
    return {
      state: definition.state === undefined ? null : stateText(definition.state(ctx)),
      numbers: ctx.kept.numbers,
      random: ctx.generator.place,
      quotes: ctx.orders.quotes.kept(),
    };
  }

  left(): string[] {
    return this.ctx.kept.left;
  }

  retire(): void {
    this.instance.enter();
    this.root.unsubscribe();
  }

  setParam(name: string, value: ParamValue): void {
    (this.ctx.params as Record<string, ParamValue>)[name] = value;
  }

  private resume({ state, quotes }: Handover): void {
    if (quotes !== undefined) this.ctx.orders.quotes.resume(quotes, (symbol) => this.ctx.instrument(symbol));
    if (state === null) return;
    if (this.definition.restore === undefined) {
      throw new HotlapError(
        'ERR_STATE_MISFIT',
        'The version before has left a state, and this one has no `restore` to take it up: add one, even if it takes up nothing.',
      );
    }
    this.definition.restore(JSON.parse(state), this.ctx);
  }

  private tick(hearers: InstrumentHearers): void {
    this.definition.onTick?.(this.host.tick, this.ctx);
    if (hearers.tick !== null) tell(hearers.tick, this.host.tick);
  }

  private trade(hearers: InstrumentHearers): void {
    this.definition.onTrade?.(this.host.trade, this.ctx);
    if (hearers.trade !== null) tell(hearers.trade, this.host.trade);
  }

  private book(hearers: InstrumentHearers): void {
    this.definition.onBook?.(this.lent(hearers.bookView), this.ctx);
    if (hearers.book !== null) tell(hearers.book, this.lent(hearers.bookView));
  }

  protected lent(book: BookView): BookView {
    return book;
  }

  private status(hearers: InstrumentHearers): void {
    this.definition.onStatus?.(this.host.status, this.ctx);
    if (hearers.status !== null) tell(hearers.status, this.host.status);
  }

  private imbalance(hearers: InstrumentHearers): void {
    this.definition.onImbalance?.(this.host.imbalance, this.ctx);
    if (hearers.imbalance !== null) tell(hearers.imbalance, this.host.imbalance);
  }

  /** What the handler caused runs after it, never inside it. */
  private settle(): void {
    if (this.time.unsettled) this.time.settle();
  }
}

class CheckedRuntime extends StrategyRuntime {
  private readonly lender: Lender;

  constructor(definition: StrategyDefinition<ParamSpecs>, host: StrategyHost, instance: Instance, lender: Lender) {
    super(definition, lendingHost(host, lender), instance);
    this.lender = lender;
  }

  protected override lent(book: BookView): BookView {
    return this.lender.lend(book, 'book');
  }
}

/** @throws HotlapError ERR_STRATEGY_SETUP */
const streamsOf = (returned: unknown, definition: object): Observable<unknown> => {
  if (isObservable(returned)) return returned;
  const { then } = returned as { then?: unknown };
  const error = new HotlapError(
    'ERR_STRATEGY_SETUP',
    typeof then === 'function'
      ? 'setup returned a promise, and must be done when it returns: no async; what has to be there before comes through load.'
      : 'setup returned what is no stream: return one stream, merge(…) of several, or nothing.',
  );
  // Its own stack has no line of the user's: setup is over.
  error.stack = whereDefined(definition);
  throw error;
};

const STRATEGY_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/**
 * A definition as the engine takes it.
 * @throws HotlapError ERR_STRATEGY_INVALID when the file's default export is no strategy
 */
export const strategyBundle = <Specs extends ParamSpecs>(definition: StrategyDefinition<Specs>): StrategyBundle => {
  if (definition === null || typeof definition !== 'object') {
    throw new HotlapError('ERR_STRATEGY_INVALID', 'The file has no default export made by defineStrategy({ … }).');
  }
  if (typeof definition.name !== 'string' || !STRATEGY_NAME.test(definition.name)) {
    throw new HotlapError(
      'ERR_STRATEGY_INVALID',
      'A strategy needs a name of up to 64 letters, digits, dots, dashes or underscores.',
    );
  }
  const loaded = currentInstance();
  return {
    name: definition.name,
    ...(definition.description !== undefined && { description: String(definition.description) }),
    params: definition.params ?? {},
    ...(definition.load !== undefined && { load: (files) => definition.load?.(files as never) }),
    definedAt: whereDefined(definition),
    host: (host) => hosted(definition, host, loaded.time === null ? loaded : new Instance()),
  };
};

const hosted = <Specs extends ParamSpecs>(
  definition: StrategyDefinition<Specs>,
  host: StrategyHost,
  instance: Instance,
): HostedStrategy => {
  const untyped = definition as unknown as StrategyDefinition<ParamSpecs>;
  if (!host.checkViews) return new StrategyRuntime(untyped, host, instance);
  const lender = new Lender();
  return endingLoans(new CheckedRuntime(untyped, host, instance, lender), lender);
};
