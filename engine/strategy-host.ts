import { CELL } from '../native/layout.ts';
import { HotlapError } from './domain/errors.ts';
import type { Order } from './domain/order.ts';
import { isOpen } from './domain/order-state.ts';
import { REFUSAL } from './domain/refusal.ts';
import { ZonedClocks } from './domain/zoned-clocks.ts';
import type { EngineStrategy } from './engine.ts';
import type { LogWriter } from './loop/log-ring.ts';
import type { StrategyDoor } from './loop/strategy-door.ts';
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
import type { OrderTable } from './orders/order-table.ts';
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
  table: OrderTable;
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

export type HostFactory = (index: number, strategy: EngineStrategy, door: StrategyDoor) => StrategyHost;

/** What an instance is told that may not trade, not yet or not any more. */
const SHUT = -REFUSAL.NotArmed;
/** Number of a timer that never fires. */
const NO_TIMER = -1;

/** What each strategy sees of the engine: plain functions and shared arrays, no RxJS. */
export const hostFactory = (parts: HostParts): HostFactory => {
  const { registry, desk, timers, log, strategies, positions, scratch, cells, record, table } = parts;
  const tick = new RecordTickView(record);
  const trade = new RecordTradeView(record);
  const status = new RecordStatusView(record);
  const imbalance = new RecordImbalanceView(record);
  const clocks = new ZonedClocks(parts.day0Ms);
  const feed = new RecordFeedView(record, cells);
  return (index, strategy, door) => ({
    params: strategy.params,
    data: strategy.data,
    checkViews: strategy.checkViews ?? false,
    former: strategy.former,
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
    setInterest: (handle, classes, hearers) => {
      if (door.isOpen[0] === 1) registry.setInterest(index, handle, classes, hearers);
      else door.interests.set(handle, { classes, hearers });
    },
    terms: (terms) => parts.terms.numberOf(terms),
    submit: (handle, side, terms) => (door.isOpen[0] === 1 ? desk.submit(index, handle, side, terms) : SHUT),
    replace: (row) => (door.isOpen[0] === 1 ? desk.replace(index, row) : SHUT),
    cancel: (row) => (door.isOpen[0] === 1 ? desk.cancel(index, row) : SHUT),
    openRows: () => openRows(table, index),
    untilTimeOfDay: (timeOfDay, timeZone) => {
      scratch[SCRATCH.delayNs] = clocks.untilNs(timeOfDay, timeZone, cells[CELL.nowNs] as number);
    },
    startTimer: () => {
      if (door.isOpen[0] === 0 && !door.isTrial) return NO_TIMER;
      const timer = timers.start(index, scratch, SCRATCH.delayNs);
      if (door.isTrial) door.timers.push(timer);
      return timer;
    },
    // The number of a retired instance's timer may be its successor's by now.
    stopTimer: (timer) => {
      if (door.isOpen[0] === 1 || door.isTrial) timers.stop(index, timer);
    },
    log: (level, text) => log.write(level, index, text),
    fault: (error) => {
      if (door.isOpen[0] === 1) strategies.raise(error);
      else door.raised ??= { error };
    },
  });
};

const openRows = ({ capacity, strategy, state, key }: OrderTable, index: number): number[] => {
  const rows: number[] = [];
  for (let row = 0; row < capacity; row += 1)
    if (strategy[row] === index && isOpen(state[row] as number)) rows.push(row);
  return rows.sort((a, b) => (key[a] as number) - (key[b] as number));
};

/** @throws HotlapError ERR_STRATEGY_DUPLICATE */
export const refuseDuplicates = (ids: readonly string[]): void => {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice === undefined) return;
  throw new HotlapError('ERR_STRATEGY_DUPLICATE', `Two strategies are called ${twice}: give one another id.`, {
    exitStatus: 2,
  });
};
