import { CELL } from '../native/layout.ts';
import { HotlapError } from './domain/errors.ts';
import type { Order } from './domain/order.ts';
import { ZonedClocks } from './domain/zoned-clocks.ts';
import type { EngineStrategy } from './engine.ts';
import type { LogWriter } from './loop/log-ring.ts';
import type { StrategySet } from './loop/strategy-set.ts';
import type { TimerQueue } from './loop/timer-queue.ts';
import type { InstrumentRegistry } from './market/instrument-registry.ts';
import {
  RecordFeedView,
  RecordImbalanceView,
  RecordStatusView,
  RecordTickView,
  RecordTradeView,
} from './market/record-views.ts';
import type { OrderFillView } from './orders/fill-view.ts';
import type { OrderDesk } from './orders/order-desk.ts';
import type { OrderTermsTable } from './orders/order-terms-table.ts';
import type { Positions } from './orders/positions.ts';
import { SCRATCH, type StrategyHost } from './strategy/host.ts';

export interface HostParts {
  session: string;
  day0Ms: number;
  seed: number;
  cells: Float64Array;
  record: Float64Array;
  scratch: Float64Array;
  orders: readonly Order[];
  fill: OrderFillView;
  positions: Positions;
  registry: InstrumentRegistry;
  desk: OrderDesk;
  terms: OrderTermsTable;
  timers: TimerQueue;
  log: LogWriter;
  strategies: StrategySet;
}

/** What each strategy sees of the engine: plain functions and shared arrays, no RxJS. */
export const hostFactory = (parts: HostParts): ((index: number, strategy: EngineStrategy) => StrategyHost) => {
  const { registry, desk, timers, log, strategies, positions, scratch, cells, record } = parts;
  const tick = new RecordTickView(record);
  const trade = new RecordTradeView(record);
  const status = new RecordStatusView(record);
  const imbalance = new RecordImbalanceView(record);
  const clocks = new ZonedClocks(parts.day0Ms);
  const feed = new RecordFeedView(record, cells);
  return (index, strategy) => ({
    params: strategy.params,
    data: strategy.data,
    checkViews: strategy.checkViews ?? false,
    // Strategies of one run draw different numbers.
    seed: (parts.seed + Math.imul(index, 0x9e3779b1)) >>> 0,
    session: parts.session,
    day0Ms: parts.day0Ms,
    cells,
    nowCell: CELL.nowNs,
    lagCell: CELL.lagPackets,
    scratch,
    positions: positions.of(index),
    orders: parts.orders,
    tick,
    trade,
    status,
    imbalance,
    feed,
    fill: parts.fill,
    instrument: (symbol) => registry.askFor(index, symbol),
    setInterest: (handle, classes) => registry.setInterest(index, handle, classes),
    terms: (terms) => parts.terms.numberOf(terms),
    submit: (handle, side, terms) => desk.submit(index, handle, side, terms),
    replace: (row) => desk.replace(index, row),
    cancel: (row) => desk.cancel(index, row),
    untilTimeOfDay: (timeOfDay, timeZone) => {
      scratch[SCRATCH.delayNs] = clocks.untilNs(timeOfDay, timeZone, cells[CELL.nowNs] as number);
    },
    startTimer: () => timers.start(index, scratch, SCRATCH.delayNs),
    stopTimer: (timer) => timers.stop(index, timer),
    log: (level, text) => log.write(level, index, text),
    fault: (error) => strategies.raise(error),
  });
};

/** @throws HotlapError ERR_STRATEGY_DUPLICATE */
export const refuseDuplicates = (ids: readonly string[]): void => {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice === undefined) return;
  throw new HotlapError('ERR_STRATEGY_DUPLICATE', `Two strategies are called ${twice}: give one another id.`, {
    exitStatus: 2,
  });
};
