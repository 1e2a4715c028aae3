import type { Observable } from 'rxjs';
import type { Order } from '../domain/order.ts';
import type { Context } from './context.ts';
import type { ParamSpecs, ParamValues } from './params.ts';
import type { BookView, FeedView, ImbalanceView, StatusView, TickView, TradeView } from './views.ts';

/** Files for `load`; paths start where the strategy's own file is. Up to 256 MiB each. */
export interface LoadFiles {
  readText(path: string): Promise<string>;
  readJson(path: string): Promise<unknown>;
  readBytes(path: string): Promise<Uint8Array>;
}

/**
 * A strategy: `setup` runs once, synchronously, and returns the streams to subscribe to (their values are ignored),
 * or nothing where handlers do the work. Views and orders are borrowed: valid until the handler returns.
 */
export interface StrategyDefinition<Specs extends ParamSpecs, Data = unknown> {
  readonly name: string;
  /** What it does, in a sentence or two: `hotlap strategies` shows it. */
  readonly description?: string;
  readonly params?: Specs;
  /**
   * Reads what must be there before the first event (a volume curve, a model): `ctx.data`. Runs on the main thread before
   * `setup`; what it reads is hashed into the run's manifest. It returns plain data: arrays, typed arrays, objects, maps.
   */
  load?(files: LoadFiles & { readonly params: ParamValues<Specs> }): Data | Promise<Data>;
  // biome-ignore lint/suspicious/noConfusingVoidType: a setup without streams returns nothing
  setup?(ctx: Context<Specs, Data>): Observable<unknown> | void;
  /**
   * What a new version of the strategy, or its next run, is to know: plain JSON, up to 1 MiB. Asked for when the strategy
   * is swapped, saved or stopped, and may be at any time between two events: it changes nothing. Numbers that change
   * with events are better off in `ctx.cells` and in operators with `keep`.
   */
  state?(ctx: Context<Specs, Data>): unknown;
  /** Takes up what `state` of the version before returned: behind `setup`, before any stream is subscribed to. */
  restore?(state: unknown, ctx: Context<Specs, Data>): void;
  onStart?(ctx: Context<Specs, Data>): void;
  onTick?(tick: TickView, ctx: Context<Specs, Data>): void;
  onTrade?(trade: TradeView, ctx: Context<Specs, Data>): void;
  onBook?(book: BookView, ctx: Context<Specs, Data>): void;
  onStatus?(status: StatusView, ctx: Context<Specs, Data>): void;
  onImbalance?(imbalance: ImbalanceView, ctx: Context<Specs, Data>): void;
  onFeed?(feed: FeedView, ctx: Context<Specs, Data>): void;
  onOrder?(order: Order, ctx: Context<Specs, Data>): void;
  /** @param name of the timer, as given to `ctx.every`, `ctx.after` or `ctx.at` */
  onTimer?(name: string, ctx: Context<Specs, Data>): void;
  onStop?(reason: string, ctx: Context<Specs, Data>): void;
  /** The strategy has faulted; its orders are being cancelled and nothing more will reach it. */
  onFault?(error: unknown, ctx: Context<Specs, Data>): void;
}

/** Stacks of where definitions were made: what is wrong with one as a whole is told there. */
const definedAt = new WeakMap<object, string>();

export const whereDefined = (definition: object): string => definedAt.get(definition) ?? '';

/** Types a strategy; the default export of a strategy's file. */
export const defineStrategy = <const Specs extends ParamSpecs = Record<never, never>, Data = undefined>(
  definition: StrategyDefinition<Specs, Data>,
): StrategyDefinition<Specs, Data> => {
  definedAt.set(definition, new Error().stack ?? '');
  return definition;
};
