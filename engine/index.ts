/**
 * The public API: what a strategy imports from `hotlap`. It is bundled with each strategy, so nothing here needs Node.
 * @module hotlap
 */
export { FeedEvent } from './domain/feed-event.ts';
export type { Executed, Order, OrderFields, Refused } from './domain/order.ts';
export type { OrderEvent, OrderState } from './domain/order-state.ts';
export type { Refusal } from './domain/refusal.ts';
export { Side } from './domain/side.ts';
export { TimeInForce } from './domain/time-in-force.ts';
export type { BorrowedStream, ViewOperator } from './strategy/borrowed-stream.ts';
export type {
  Context,
  LevelResult,
  Log,
  OrderOptions,
  Orders,
  QuoteLevel,
  QuoteOptions,
  QuoteResult,
  QuoteSides,
  SendResult,
  StrategyInstrument,
  TimerHandle,
} from './strategy/context.ts';
export { defineStrategy, type LoadFiles, type StrategyDefinition } from './strategy/define-strategy.ts';
export { type BarSize, type BarSnapshot, type BarView, bars } from './strategy/operators/bars.ts';
export { imbalance, microprice, spread } from './strategy/operators/book-values.ts';
export { crossesAbove, crossesBelow } from './strategy/operators/crosses.ts';
export { ema } from './strategy/operators/ema.ts';
export type { KeepOptions } from './strategy/operators/kept-place.ts';
export { Latest, latestOf } from './strategy/operators/latest-of.ts';
export { onChange } from './strategy/operators/on-change.ts';
export { rollingStdDev, sma, zScore } from './strategy/operators/rolling.ts';
export { sampleEvery } from './strategy/operators/sample-every.ts';
export { Scalar } from './strategy/operators/scalar.ts';
export { select } from './strategy/operators/select.ts';
export { send } from './strategy/operators/send.ts';
export { snapshot } from './strategy/operators/snapshot.ts';
export { type TradeWindow, tradeFlow, vwap } from './strategy/operators/trades.ts';
export { atr, rsi } from './strategy/operators/wilder.ts';
export {
  type NumberOptions,
  type ParamKind,
  type ParamSpec,
  type ParamSpecs,
  type ParamValue,
  type ParamValues,
  type PriceOptions,
  param,
  type TextOptions,
} from './strategy/params.ts';
export type {
  BookSnapshot,
  BookView,
  FeedSnapshot,
  FeedView,
  FillSnapshot,
  FillView,
  ImbalanceSnapshot,
  ImbalanceView,
  StatusSnapshot,
  StatusView,
  TickSnapshot,
  TickView,
  TradeSnapshot,
  TradeView,
} from './strategy/views.ts';
