import type { ExecutionReport } from '../domain/execution.ts';
import { ORDER_EVENT } from '../domain/order-state.ts';
import { CHANGE } from '../domain/position.ts';
import { EXECUTION, type Executions } from './executions.ts';
import { assumedShare, supersededQuantity } from './forgotten-orders.ts';
import type { Happenings } from './happenings.ts';
import { COUNT, type OrderCounts } from './order-counts.ts';
import { missedPrice } from './order-status.ts';
import type { OrderTable } from './order-table.ts';
import type { Positions } from './positions.ts';

/**
 * Executions of known orders: into the order's row and the position, each once. CumQty(14) is held against their sum: what
 * the venue counts and nobody has told is assumed, at the price that AvgPx(6) leaves for it, until it is told after all.
 */
export class OrderExecutions {
  private readonly table: OrderTable;
  private readonly positions: Positions;
  private readonly executions: Executions;
  private readonly counts: OrderCounts;
  private readonly happenings: Happenings;
  /** CumQty(14) as far as it can be believed, NaN for none: in a cell, because NaN would cost a call 16 bytes. */
  readonly counted = new Float64Array(1);
  /** Entry of the execution being told where it was taken back before it came; -1 for none. */
  private awaited = -1;

  constructor(
    table: OrderTable,
    positions: Positions,
    executions: Executions,
    counts: OrderCounts,
    happenings: Happenings,
  ) {
    this.table = table;
    this.positions = positions;
    this.executions = executions;
    this.counts = counts;
    this.happenings = happenings;
  }

  /** True where the report's ExecID(17) was applied to this order already; without one CumQty(14) tells. */
  isKnown(row: number, report: ExecutionReport): boolean {
    const { table } = this;
    const { execIdStart, execIdEnd, cumQuantity } = report;
    this.awaited = -1;
    if (execIdEnd > execIdStart) {
      const entry = this.find(row, report.bytes, execIdStart, execIdEnd);
      if (entry < 0) return false;
      if (this.executions.status[entry] !== EXECUTION.awaited) return true;
      this.awaited = entry;
      return false;
    }
    return !Number.isNaN(cumQuantity) && cumQuantity <= (table.cumQuantity[row] as number);
  }

  /** The ExecID(17) of a report that executes nothing, and must not be applied twice. */
  noteSeen(row: number, report: ExecutionReport): void {
    this.remember(row, report, EXECUTION.note);
  }

  /** A trade, or what a correction makes of one; a report without quantity or price is left to `count`. */
  execute(row: number, report: ExecutionReport, event: number): void {
    const { table } = this;
    if (this.awaited >= 0) {
      this.executions.become(this.awaited, EXECUTION.gone);
      return;
    }
    const quantity = this.told(row, report);
    // Not `quantity <= 0`: NaN must not pass either.
    if (!(quantity > 0) || Number.isNaN(report.lastPrice)) return;
    const entry = this.remember(row, report, EXECUTION.live);
    if (entry >= 0) {
      this.executions.price[entry] = report.lastPrice;
      this.executions.quantity[entry] = quantity;
    }
    const late = this.superseded(row, report, quantity);
    if (late > 0) this.supersede(row, report.lastPrice, late);
    if (late === quantity) return;
    this.counts.add(COUNT.executions);
    table.change[CHANGE.quantity] = quantity - late;
    table.change[CHANGE.value] = report.lastPrice * (quantity - late);
    table.lastPrice[row] = report.lastPrice;
    table.change[CHANGE.isNamed] = 1;
    this.apply(row, event, false);
  }

  /**
   * The execution that ExecRefID(19) names did not happen, or not so.
   * @param isSilent the correction is told, not the bust
   * @returns false where nobody has told it: it may still come, and counts no more then
   */
  reverse(row: number, report: ExecutionReport, isSilent: boolean): boolean {
    const { table, executions } = this;
    table.busted[row] = 1;
    const { execRefIdStart: start, execRefIdEnd: end } = report;
    let entry = end > start ? this.find(row, report.bytes, start, end) : -1;
    if (entry >= 0) entry = executions.latest(entry);
    const isTold = entry >= 0;
    if (!isTold) {
      if (end > start) entry = this.rememberAs(row, report.bytes, start, end, EXECUTION.awaited);
    } else if (executions.status[entry] === EXECUTION.live) {
      executions.become(entry, EXECUTION.gone);
      const quantity = executions.quantity[entry] as number;
      table.lastPrice[row] = executions.price[entry] as number;
      table.change[CHANGE.quantity] = -quantity;
      table.change[CHANGE.value] = -quantity * (executions.price[entry] as number);
      table.change[CHANGE.isNamed] = isSilent ? 0 : 1;
      this.apply(row, ORDER_EVENT.busted, isSilent);
    }
    if (!isSilent) {
      this.remember(row, report, EXECUTION.note);
      return isTold;
    }
    // What corrects it is remembered next, or was by who has corrected that in its turn.
    const isOne = report.execIdEnd > report.execIdStart && report.lastQuantity > 0 && !Number.isNaN(report.lastPrice);
    if (entry >= 0 && isOne) executions.follow(entry, this.awaited >= 0 ? this.awaited : executions.upcoming);
    return isTold;
  }

  /** What `counted` has beyond the sum has executed, and nobody has told it. */
  assume(row: number, report: ExecutionReport): void {
    const { table, counts } = this;
    const counted = this.counted[0] as number;
    const quantity = counted - (table.cumQuantity[row] as number);
    // NaN says nothing.
    if (!(quantity > 0)) return;
    const value = table.executedValue[row] as number;
    const price = missedPrice(report, counted, quantity, value, table.price[row] as number);
    counts.add(COUNT.executions);
    counts.add(COUNT.missed);
    table.assumedQuantity[row] = (table.assumedQuantity[row] as number) + quantity;
    table.assumedValue[row] = (table.assumedValue[row] as number) + price * quantity;
    table.lastPrice[row] = price;
    table.change[CHANGE.quantity] = quantity;
    table.change[CHANGE.value] = price * quantity;
    this.apply(row, ORDER_EVENT.fill, false);
  }

  /** What was assumed, and `counted` has no more, has been taken back. */
  unassume(row: number): void {
    const { table } = this;
    const surplus = (table.cumQuantity[row] as number) - (this.counted[0] as number);
    const quantity = Math.min(surplus, table.assumedQuantity[row] as number);
    if (quantity > 0) this.withdraw(row, quantity, false);
  }

  /** Notes the ExecID(17) of a report that must not be applied twice and executes nothing. */
  private remember(row: number, report: ExecutionReport, status: number): number {
    const { bytes, execIdStart, execIdEnd } = report;
    return execIdEnd > execIdStart ? this.rememberAs(row, bytes, execIdStart, execIdEnd, status) : -1;
  }

  /** LastQty(32); without an ExecID(17) no more of it than CumQty(14) has risen by. */
  private told(row: number, report: ExecutionReport): number {
    const { lastQuantity, cumQuantity, execIdStart, execIdEnd } = report;
    if (execIdEnd > execIdStart || Number.isNaN(cumQuantity)) return lastQuantity;
    return Math.min(lastQuantity, cumQuantity - (this.table.cumQuantity[row] as number));
  }

  /** How much of a trade was assumed before it was told. */
  private superseded(row: number, report: ExecutionReport, quantity: number): number {
    const { table } = this;
    const assumed = table.assumedQuantity[row] as number;
    if (assumed === 0) return 0;
    const known = table.cumQuantity[row] as number;
    const isTrusted = table.busted[row] === 0 && !Number.isNaN(report.cumQuantity);
    const venue = isTrusted ? Math.max(known, report.cumQuantity) : known;
    return supersededQuantity(known, assumed, quantity, venue);
  }

  /** Puts what was told in the place of what was assumed; where the price is the same, nothing is told again. */
  private supersede(row: number, price: number, quantity: number): void {
    const { table } = this;
    this.counts.add(COUNT.late);
    const value = this.assumedShare(row, quantity);
    table.lastPrice[row] = price;
    if (value === price * quantity) {
      table.assumedQuantity[row] = (table.assumedQuantity[row] as number) - quantity;
      table.assumedValue[row] = (table.assumedValue[row] as number) - value;
      this.note(row);
      return;
    }
    this.withdraw(row, quantity, true);
    table.lastPrice[row] = price;
    table.change[CHANGE.quantity] = quantity;
    table.change[CHANGE.value] = price * quantity;
    table.change[CHANGE.isNamed] = 1;
    this.apply(row, ORDER_EVENT.corrected, false);
  }

  private withdraw(row: number, quantity: number, isSilent: boolean): void {
    const { table } = this;
    const value = this.assumedShare(row, quantity);
    table.assumedQuantity[row] = (table.assumedQuantity[row] as number) - quantity;
    table.assumedValue[row] = (table.assumedValue[row] as number) - value;
    table.lastPrice[row] = value / quantity;
    table.change[CHANGE.quantity] = -quantity;
    table.change[CHANGE.value] = -value;
    this.apply(row, ORDER_EVENT.busted, isSilent);
  }

  private assumedShare(row: number, quantity: number): number {
    const { assumedQuantity, assumedValue } = this.table;
    return assumedShare(assumedQuantity[row] as number, assumedValue[row] as number, quantity);
  }

  /** Brings table.change into order and position. */
  private apply(row: number, event: number, isSilent: boolean): void {
    const { table } = this;
    table.cumQuantity[row] = (table.cumQuantity[row] as number) + (table.change[CHANGE.quantity] as number);
    table.executedValue[row] = (table.executedValue[row] as number) + (table.change[CHANGE.value] as number);
    this.positions.apply(
      table.strategy[row] as number,
      table.instrument[row] as number,
      table.side[row] as number,
      table.change,
    );
    this.happenings.add(event, isSilent, table, row);
    table.change.fill(0);
  }

  /** The row has changed, and that is all: for the journal. */
  private note(row: number): void {
    this.happenings.add(ORDER_EVENT.corrected, true, this.table, row);
  }

  private find(row: number, bytes: Uint8Array, start: number, end: number): number {
    const { table } = this;
    const key = table.key[row] as number;
    return this.executions.find(bytes, start, end, key, table.instrument[row] as number, table.side[row] as number);
  }

  private rememberAs(row: number, bytes: Uint8Array, start: number, end: number, status: number): number {
    const { table, executions } = this;
    const entry = executions.remember(
      bytes,
      start,
      end,
      table.key[row] as number,
      table.strategy[row] as number,
      table.instrument[row] as number,
      table.side[row] as number,
    );
    executions.become(entry, status);
    return entry;
  }
}
