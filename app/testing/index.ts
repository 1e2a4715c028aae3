/**
 * `hotlap/testing`: strategies tested by the production engine, in whatever runs tests. Not for strategies themselves.
 * @module hotlap/testing
 */
export { type ExpectedOrder, expectOrders } from './expect-orders.ts';
export { goldenOrders } from './golden-orders.ts';
export { type MarketMarbles, marbles } from './marbles.ts';
export { type BookSides, book, halt, type Level, type MarketEvent, resume, take, trade } from './market-event.ts';
export type { OrderLine } from './order-line.ts';
export {
  demoRecording,
  type FileName,
  type TestLog,
  type TestOptions,
  type TestRun,
  testStrategy,
} from './test-strategy.ts';
