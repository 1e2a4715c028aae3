import { EMPTY_REPORT } from '../../../bench/strategy/empty-report.ts';
import type { ExecutionReport } from '../../../engine/domain/execution.ts';
import { ORDER_EVENTS, ORDER_STATE, ORDER_STATES } from '../../../engine/domain/order-state.ts';
import { POSITION } from '../../../engine/domain/position.ts';
import { Executions } from '../../../engine/orders/executions.ts';
import { OrderCounts } from '../../../engine/orders/order-counts.ts';
import { OrderJournal } from '../../../engine/orders/order-journal.ts';
import { createOrderLog, OrderLogReader, OrderLogWriter } from '../../../engine/orders/order-log.ts';
import { OrderTable } from '../../../engine/orders/order-table.ts';
import { createOrderTable } from '../../../engine/orders/order-table-layout.ts';
import { createPositions, Positions } from '../../../engine/orders/positions.ts';
import { ReportHandler } from '../../../engine/orders/report-handler.ts';
import { StatusQueries } from '../../../engine/orders/status-queries.ts';
import type { Journal } from '../../../engine/ports/journal.ts';
import { CELLS_DOUBLES, depthStride } from '../../../native/layout.ts';

export interface Told {
  clOrd?: number;
  orig?: number;
  /** ExecType(150); 'reject' is an OrderCancelReject(9). */
  type: string;
  status?: string;
  id?: string;
  ref?: string;
  last?: number;
  px?: number;
  cum?: number;
  leaves?: number;
  price?: number;
  quantity?: number;
  average?: number;
  reason?: number;
  instrument?: number;
  side?: 1 | 2;
}

export const reportOf = (told: Told): ExecutionReport => {
  const id = told.id ?? '';
  const ref = told.ref ?? '';
  return {
    ...EMPTY_REPORT,
    clOrdOrdinal: told.clOrd ?? -1,
    origClOrdOrdinal: told.orig ?? -1,
    cancelReject: told.type === 'reject',
    execType: told.type === 'reject' ? 0 : told.type.charCodeAt(0),
    ordStatus: told.status?.charCodeAt(0) ?? 0,
    instrument: told.instrument ?? 0,
    side: told.side ?? 1,
    lastQuantity: told.last ?? Number.NaN,
    lastPrice: told.px ?? Number.NaN,
    cumQuantity: told.cum ?? Number.NaN,
    leavesQuantity: told.leaves ?? Number.NaN,
    price: told.price ?? Number.NaN,
    orderQuantity: told.quantity ?? Number.NaN,
    rejectReason: told.reason ?? -1,
    bytes: Uint8Array.from(`<${id}|${ref}>`, (character) => character.charCodeAt(0)),
    execIdStart: 1,
    execIdEnd: 1 + id.length,
    execRefIdStart: 2 + id.length,
    execRefIdEnd: 2 + id.length + ref.length,
    averagePrice: () => told.average ?? Number.NaN,
    text: () => `text of ${id}`,
    clOrdId: () => `T-${told.clOrd}`,
    symbol: () => 'AAPL',
  };
};

/** Table, positions and handler without an engine around them. Strategy 0 buys instrument 0; 1 is the house. */
export const reportBench = (capacity = 8, executions = 64, journal?: Journal) => {
  const cells = new Float64Array(CELLS_DOUBLES);
  const depth = new Float64Array(4 * depthStride(1));
  const orderLog = createOrderLog(1_024);
  const reader = new OrderLogReader(orderLog);
  const table = new OrderTable(createOrderTable(capacity, 4));
  const positions = new Positions(createPositions(1, 4));
  const counts = new OrderCounts();
  const heard: string[] = [];
  const alerts: string[] = [];
  const queries = new StatusQueries(table, counts, cells);
  const known = new Executions(executions);
  const handler = new ReportHandler({
    table,
    positions,
    executions: known,
    journal: new OrderJournal(new OrderLogWriter(orderLog), table, positions, known, {
      cells,
      depth,
      depthLevels: 1,
      maxInstruments: 4,
      journal,
    }),
    counts,
    queries,
    changed: (row, event) => {
      const state = ORDER_STATES[table.state[row] as number];
      heard.push(`${ORDER_EVENTS[event]}:${state}:${table.cumQuantity[row]}/${table.quantity[row]}`);
    },
    alert: (what) => alerts.push(what),
  });
  const order = (quantity: number, price = 1_000): number => {
    const row = table.take(table.takeOrdinal());
    table.strategy[row] = 0;
    table.instrument[row] = 0;
    table.side[row] = 1;
    table.timeInForce[row] = 0;
    table.price[row] = price;
    table.quantity[row] = quantity;
    table.leaves[row] = quantity;
    table.state[row] = ORDER_STATE.pendingNew;
    positions.work(0, 0, 1, quantity);
    return row;
  };
  /** As the desk sends a replace: under the next ordinal. */
  const replace = (row: number, price: number, quantity: number): number => {
    const ordinal = table.takeOrdinal();
    table.setReplace(row, ordinal);
    table.newPrice[row] = price;
    table.newQuantity[row] = quantity;
    table.state[row] = ORDER_STATE.pendingReplace;
    return ordinal;
  };
  const cancel = (row: number): number => {
    const ordinal = table.takeOrdinal();
    table.setCancel(row, ordinal);
    table.state[row] = ORDER_STATE.pendingCancel;
    return ordinal;
  };
  const hear = (...reports: Told[]): void => {
    for (const each of reports) handler.handle(reportOf(each));
    reader.drain(() => {});
  };
  const position = (strategy = 0) => {
    const at = (field: number): number => positions.all[positions.at(strategy, 0) + field] as number;
    return {
      quantity: at(POSITION.quantity),
      cost: at(POSITION.cost),
      realized: at(POSITION.realizedPnl),
      bought: at(POSITION.bought),
      sold: at(POSITION.sold),
      working: at(POSITION.workingBuy),
    };
  };
  const stateOf = (row: number): string => ORDER_STATES[table.state[row] as number] as string;
  return {
    table,
    positions,
    counts,
    queries,
    known,
    handler,
    heard,
    alerts,
    order,
    replace,
    cancel,
    hear,
    position,
    stateOf,
  };
};
