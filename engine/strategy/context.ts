import type { Observable } from 'rxjs';
import type { Order } from '../domain/order.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Side } from '../domain/side.ts';
import type { TimeInForce } from '../domain/time-in-force.ts';
import type { BorrowedStream } from './borrowed-stream.ts';
import type { ParamSpecs, ParamValues } from './params.ts';
import type { BookView, FeedView, FillView, ImbalanceView, StatusView, TickView, TradeView } from './views.ts';

/** The answer to an order, at once. One object of each kind is used again and again: read it before the next order. */
export type SendResult =
  | { readonly ok: true; readonly order: Order }
  | { readonly ok: false; readonly reason: Refusal };

/** An instrument that a strategy has asked for: its terms, its book, its streams. */
export interface StrategyInstrument {
  /** Dense number: positions, orders and views carry it. */
  readonly handle: number;
  readonly symbol: string;
  /** Prices are integers of 1/priceScale. */
  readonly priceScale: number;
  readonly tickSize: number;
  readonly lotSize: number;
  readonly multiplier: number;
  /** Readable at any time; it shows the book after the event being handled. */
  readonly book: BookView;
  /** Every book and trade event. */
  readonly tick$: BorrowedStream<TickView>;
  readonly trade$: BorrowedStream<TradeView>;
  /** Once per event that changed the book. */
  readonly book$: BorrowedStream<BookView>;
  readonly status$: BorrowedStream<StatusView>;
  /** What the feed tells of auctions to come. */
  readonly imbalance$: BorrowedStream<ImbalanceView>;
}

/**
 * How an order is to be handled. An object may be used again and again; each different set of options is prepared once,
 * when the first order has it, and up to 240 of them a run.
 */
export interface OrderOptions {
  /** Name of the venue whose session it leaves by; this version has one. */
  readonly session?: string;
  /** Account(1); absent: the venue's of the configuration. */
  readonly account?: string;
  /** Absent: what the method says. */
  readonly timeInForce?: TimeInForce;
  /** Refused by the venue where it would trade as it arrives: ExecInst(18) `6`. */
  readonly postOnly?: boolean;
  /** Further values of ExecInst(18), a space between two. */
  readonly execInst?: string;
  /** Further fields of the order and its replacements: tag → value. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** One price and what to show there: an integer of 1/priceScale, and shares that may still execute. */
export interface QuoteLevel {
  readonly price: number;
  readonly quantity: number;
}

/** Levels of a quote, the best first, up to 16 a side. One without a price (NaN) or a quantity is no level. */
export interface QuoteSides {
  readonly bids: readonly QuoteLevel[];
  readonly asks: readonly QuoteLevel[];
}

export interface QuoteOptions extends OrderOptions {
  /** An order stays where it is while it is at most so many ticks from where it is wanted. Default 0. */
  readonly keepWithinTicks?: number;
}

/** What became of one level. One object a level is used again and again. */
export interface LevelResult {
  /** `waiting`: the order has a request under way; the rest is done once it is answered. `none`: nothing was wanted. */
  readonly action: 'none' | 'kept' | 'sent' | 'replaced' | 'cancelled' | 'waiting' | 'refused';
  /** Why it was refused, else null. */
  readonly reason: Refusal | null;
  readonly order: Order | null;
}

/** What became of a quote, level by level. */
export interface QuoteResult {
  /** False where a level was refused. */
  readonly ok: boolean;
  bid(level: number): LevelResult;
  ask(level: number): LevelResult;
}

/** How a strategy sends orders. Each answers at once, before the venue does. */
export interface Orders {
  /** A limit order; a day order unless `timeInForce` says otherwise. */
  limit(
    instrument: StrategyInstrument,
    side: Side,
    price: number,
    quantity: number,
    options?: OrderOptions,
  ): SendResult;
  /** Immediate or cancel: what does not execute at once is cancelled. */
  ioc(instrument: StrategyInstrument, side: Side, price: number, quantity: number, options?: OrderOptions): SendResult;
  /** A limit order that stays over the day's end until it is cancelled: the order journal has it after a restart. */
  gtc(instrument: StrategyInstrument, side: Side, price: number, quantity: number, options?: OrderOptions): SendResult;
  /**
   * At whatever price there is, where the venue takes such orders (`orders.market` of the configuration); risk holds it
   * against the best price of the other side.
   */
  market(instrument: StrategyInstrument, side: Side, quantity: number, options?: OrderOptions): SendResult;
  /**
   * Declares what to show of an instrument: the engine sends, replaces and cancels what makes the difference, now and as
   * the venue answers, with at most one order a level. What executes is not replenished before the next call. A level
   * that the venue or a risk check has refused waits for the next call as well.
   */
  quote(instrument: StrategyInstrument, sides: QuoteSides, options?: QuoteOptions): QuoteResult;
  /** New price and new total quantity (what has executed included). */
  replace(order: Order, price: number, quantity: number): SendResult;
  cancel(order: Order): SendResult;
}

/** The engine's log, under the strategy's name. Written from another thread: a call does not wait. */
export interface Log {
  info(message: string | object): void;
  warn(message: string | object): void;
  error(message: string | object): void;
}

/** A timer that was started by name. */
export interface TimerHandle {
  cancel(): void;
}

/** A strategy's world: everything that it may know or do. */
export interface Context<Specs extends ParamSpecs = ParamSpecs, Data = unknown> {
  readonly params: ParamValues<Specs>;
  /** What `load` returned; undefined without one. */
  readonly data: Data;
  /** Asks for an instrument; best in `setup`. The same symbol gives the same object. */
  instrument(symbol: string): StrategyInstrument;
  readonly orders: Orders;
  readonly order$: BorrowedStream<Order>;
  readonly fill$: BorrowedStream<FillView>;
  readonly feed$: BorrowedStream<FeedView>;
  /** Signed quantity. */
  position(instrument: StrategyInstrument): number;
  /** Quantity that open orders may still execute, of one side or of both. */
  working(instrument: StrategyInstrument, side?: Side): number;
  /** True without a position and without an open order. */
  isFlat(instrument: StrategyInstrument): boolean;
  /** Engine time: ns since 00:00 UTC of the run's first day. In replay, the recording's. */
  readonly now: number;
  /** Counts 0, 1, 2 … each `periodMs` of engine time, while subscribed to. */
  every(periodMs: number): Observable<number>;
  /** Calls `onTimer(name)` each `periodMs`. */
  every(periodMs: number, name: string): TimerHandle;
  after(delayMs: number): Observable<number>;
  after(delayMs: number, name: string): TimerHandle;
  /**
   * Counts 0, 1, 2 … each day when a clock of the zone shows the time, from the next one on, while subscribed to.
   * @param timeOfDay HH:MM or HH:MM:SS @param timeZone IANA name, as America/New_York
   */
  at(timeOfDay: string, timeZone: string): Observable<number>;
  /** Calls `onTimer(name)` then. */
  at(timeOfDay: string, timeZone: string, name: string): TimerHandle;
  /** Names of timers as they fire. */
  readonly timer$: Observable<string>;
  /**
   * So many numbers under a name, zeros at first: the strategy's next version finds them as they are. In `setup`.
   * @param length 1 to 1,048,576, of all names together
   */
  cells(name: string, length: number): Float64Array;
  /** The strategy's own open orders, the oldest first: for `restore`, which begins without any. Allocates. */
  openOrders(): Order[];
  readonly log: Log;
  /** Packets received and not yet handled. */
  readonly lag: number;
  /** Uniform in [0, 1), from the run's seed: the same in every replay. */
  random(): number;
}
