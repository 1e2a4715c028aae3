import { CELL } from '../../native/layout.ts';
import type { ExecutionReport } from '../domain/execution.ts';
import { ORDER_EVENT } from '../domain/order-state.ts';
import { ORDER_LOG, ORDER_LOG_KIND, type OrderLogWriter } from './order-log.ts';
import type { OrderTable } from './order-table.ts';

/** ExecType(150) `I`. */
const ORDER_STATUS = 0x49;

const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value);

/** Writes what leaves and what arrives into the order log. */
export class OrderJournal {
  private readonly log: OrderLogWriter;
  private readonly table: OrderTable;
  private readonly cells: Float64Array;

  constructor(log: OrderLogWriter, table: OrderTable, cells: Float64Array) {
    this.log = log;
    this.table = table;
    this.cells = cells;
  }

  /** @param origOrdinal 0 for a new order */
  sent(kind: number, row: number, ordinal: number, origOrdinal: number, cause: number): void {
    const { table } = this;
    const slots = this.log.slots;
    const at = this.log.next();
    if (at < 0) return;
    const replacing = kind === ORDER_LOG_KIND.replace;
    const price = replacing ? (table.newPrice[row] as number) : (table.price[row] as number);
    const quantity = replacing ? (table.newQuantity[row] as number) : (table.quantity[row] as number);
    slots[at + ORDER_LOG.kind] = kind;
    slots[at + ORDER_LOG.strategy] = table.strategy[row] as number;
    slots[at + ORDER_LOG.instrument] = table.instrument[row] as number;
    slots[at + ORDER_LOG.side] = table.side[row] as number;
    slots[at + ORDER_LOG.price] = price;
    slots[at + ORDER_LOG.quantity] = quantity;
    slots[at + ORDER_LOG.cause] = cause;
    slots[at + ORDER_LOG.ordinal] = ordinal;
    slots[at + ORDER_LOG.origOrdinal] = origOrdinal;
    slots[at + ORDER_LOG.cumQuantity] = 0;
    this.publish(slots, at);
  }

  /** @param row -1 for a report that belongs to no order @param event what it changed, 0 for nothing */
  received(report: ExecutionReport, row: number, event: number): void {
    const slots = this.log.slots;
    const at = this.log.next();
    if (at < 0) return;
    // A status counts executions without telling them: price and quantity are what the table makes of it.
    const isCaughtUp = event === ORDER_EVENT.fill && report.execType === ORDER_STATUS;
    slots[at + ORDER_LOG.kind] = ORDER_LOG_KIND.report + event;
    slots[at + ORDER_LOG.strategy] = row < 0 ? -1 : (this.table.strategy[row] as number);
    slots[at + ORDER_LOG.instrument] = row < 0 ? report.instrument : (this.table.instrument[row] as number);
    slots[at + ORDER_LOG.side] = row < 0 ? report.side : (this.table.side[row] as number);
    slots[at + ORDER_LOG.price] = isCaughtUp ? (this.table.lastPrice[row] as number) : orZero(report.lastPrice);
    slots[at + ORDER_LOG.quantity] = isCaughtUp
      ? (this.table.lastQuantity[row] as number)
      : orZero(report.lastQuantity);
    slots[at + ORDER_LOG.cause] = 0;
    slots[at + ORDER_LOG.ordinal] = Math.max(0, report.clOrdOrdinal);
    slots[at + ORDER_LOG.origOrdinal] = Math.max(0, report.origClOrdOrdinal);
    slots[at + ORDER_LOG.cumQuantity] = orZero(report.cumQuantity);
    this.publish(slots, at);
  }

  private publish(slots: Float64Array, at: number): void {
    slots[at + ORDER_LOG.timeNs] = this.cells[CELL.nowNs] as number;
    slots[at + ORDER_LOG.sequence] = this.cells[CELL.sequence] as number;
    this.log.publish();
  }
}
