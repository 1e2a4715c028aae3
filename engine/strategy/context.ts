import type { Observable } from 'rxjs';
import type { Order } from '../domain/order.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Side } from '../domain/side.ts';
import type { BorrowedStream } from './borrowed-stream.ts';
import type { ParamSpecs, ParamValues } from './params.ts';
import type { BookView, FeedView, FillView, StatusView, TickView, TradeView } from './views.ts';

/** The answer to an order, at once. One object of each kind is used again and again: read it before the next order. */
export type SendResult =
  | { readonly ok: true; readonly order: Order }
  | { readonly ok: false; readonly reason: Refusal };

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
}

export interface Orders {
  /** A day order at a limit price. */
  limit(instrument: StrategyInstrument, side: Side, price: number, quantity: number): SendResult;
  /** Immediate or cancel: what does not execute at once is cancelled. */
  ioc(instrument: StrategyInstrument, side: Side, price: number, quantity: number): SendResult;
  /** A limit order that stays over the day's end until it is cancelled: the order journal has it after a restart. */
  gtc(instrument: StrategyInstrument, side: Side, price: number, quantity: number): SendResult;
  /** New price and new total quantity (what has executed included). */
  replace(order: Order, price: number, quantity: number): SendResult;
  cancel(order: Order): SendResult;
}

export interface Log {
  info(message: string | object): void;
  warn(message: string | object): void;
  error(message: string | object): void;
}

export interface TimerHandle {
  cancel(): void;
}

/** A strategy's world: everything that it may know or do. */
export interface Context<Specs extends ParamSpecs = ParamSpecs> {
  readonly params: ParamValues<Specs>;
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
  readonly log: Log;
  /** Packets received and not yet handled. */
  readonly lag: number;
  /** Uniform in [0, 1), from the run's seed: the same in every replay. */
  random(): number;
}
