import type { Observable } from 'rxjs';
import type { Order } from '../domain/order.ts';
import type { Context } from './context.ts';
import type { ParamSpecs } from './params.ts';
import type { BookView, FeedView, ImbalanceView, StatusView, TickView, TradeView } from './views.ts';

/**
 * A strategy: `setup` runs once, synchronously, and returns the streams to subscribe to (their values are ignored),
 * or nothing where handlers do the work. Views and orders are borrowed: valid until the handler returns.
 */
export interface StrategyDefinition<Specs extends ParamSpecs> {
  readonly name: string;
  /** What it does, in a sentence or two: `hotlap strategies` shows it. */
  readonly description?: string;
  readonly params?: Specs;
  // biome-ignore lint/suspicious/noConfusingVoidType: a setup without streams returns nothing
  setup?(ctx: Context<Specs>): Observable<unknown> | void;
  onStart?(ctx: Context<Specs>): void;
  onTick?(tick: TickView, ctx: Context<Specs>): void;
  onTrade?(trade: TradeView, ctx: Context<Specs>): void;
  onBook?(book: BookView, ctx: Context<Specs>): void;
  onStatus?(status: StatusView, ctx: Context<Specs>): void;
  onImbalance?(imbalance: ImbalanceView, ctx: Context<Specs>): void;
  onFeed?(feed: FeedView, ctx: Context<Specs>): void;
  onOrder?(order: Order, ctx: Context<Specs>): void;
  /** @param name of the timer, as given to `ctx.every`, `ctx.after` or `ctx.at` */
  onTimer?(name: string, ctx: Context<Specs>): void;
  onStop?(reason: string, ctx: Context<Specs>): void;
  /** The strategy has faulted; its orders are being cancelled and nothing more will reach it. */
  onFault?(error: unknown, ctx: Context<Specs>): void;
}

/** Stacks of where definitions were made: what is wrong with one as a whole is told there. */
const definedAt = new WeakMap<object, string>();

export const whereDefined = (definition: object): string => definedAt.get(definition) ?? '';

/** Types a strategy; the default export of a strategy's file. */
export const defineStrategy = <const Specs extends ParamSpecs = Record<never, never>>(
  definition: StrategyDefinition<Specs>,
): StrategyDefinition<Specs> => {
  definedAt.set(definition, new Error().stack ?? '');
  return definition;
};
