import type { ExecutionReport } from '../domain/execution.ts';
import { isOpen, ORDER_EVENT, ORDER_STATE } from '../domain/order-state.ts';
import { COUNT, type OrderCounts } from './order-counts.ts';
import type { OrderJournal } from './order-journal.ts';
import { FATE, fateOf, missedPrice } from './order-status.ts';
import type { OrderTable } from './order-table.ts';
import type { Positions } from './positions.ts';
import type { StatusQueries } from './status-queries.ts';

/** ExecType(150) by its ASCII code. */
const EXEC_TYPE = {
  new: 0x30,
  doneForDay: 0x33,
  canceled: 0x34,
  replaced: 0x35,
  pendingCancel: 0x36,
  stopped: 0x37,
  rejected: 0x38,
  suspended: 0x39,
  pendingNew: 0x41,
  calculated: 0x42,
  expired: 0x43,
  pendingReplace: 0x45,
  trade: 0x46,
  orderStatus: 0x49,
} as const;

/** Hears of each change, after table and positions show it. */
export type OrderListener = (row: number, event: number) => void;

/**
 * Applies the venue's reports to the order table. CumQty(14) decides what is new: a report that brings it no further
 * changes no position, however often it comes.
 */
export class ReportHandler {
  private readonly table: OrderTable;
  private readonly positions: Positions;
  private readonly journal: OrderJournal;
  private readonly counts: OrderCounts;
  private readonly queries: StatusQueries;
  private readonly changed: OrderListener;

  constructor(
    table: OrderTable,
    positions: Positions,
    journal: OrderJournal,
    counts: OrderCounts,
    queries: StatusQueries,
    changed: OrderListener,
  ) {
    this.table = table;
    this.positions = positions;
    this.journal = journal;
    this.counts = counts;
    this.queries = queries;
    this.changed = changed;
  }

  handle(report: ExecutionReport): void {
    const row = this.find(report);
    const event = row < 0 ? ORDER_EVENT.none : this.apply(row, report);
    if (row < 0) this.counts.add(COUNT.unknown);
    this.journal.received(report, row, event);
    if (event !== ORDER_EVENT.none) this.tell(row, event);
  }

  /** The session is lost: what was sent and never answered is in doubt, and is never sent again. */
  sessionLost(reason: string): void {
    const { table } = this;
    for (let row = 0; row < table.capacity; row += 1) {
      if (isOpen(table.state[row] as number) && table.acknowledged[row] === 0) this.doubt(row, reason, 0);
    }
  }

  /** The venue lacks a message that is not sent again. What it has answered meanwhile is no longer in doubt. */
  inDoubt(ordinal: number, reason: string): void {
    const { table } = this;
    const row = table.find(ordinal);
    if (row < 0 || !isOpen(table.state[row] as number)) return;
    if (table.replaceOrdinal[row] === ordinal) {
      // A cancel has to name the order as the venue knows it.
      table.clearReplace(row);
      this.doubt(row, reason, ordinal);
    } else if (table.ordinal[row] === ordinal && table.acknowledged[row] === 0) {
      this.doubt(row, reason, 0);
    } else if (table.cancelOrdinal[row] === ordinal) {
      // Nobody will answer it: the order may be cancelled again.
      table.clearCancel(row);
      if (table.state[row] === ORDER_STATE.pendingCancel) table.state[row] = this.restingState(row);
    }
  }

  /** @param replacement ordinal of the replacement that is in doubt; 0 where the order itself is */
  private doubt(row: number, reason: string, replacement: number): void {
    const { table } = this;
    if (table.state[row] === ORDER_STATE.inDoubt) return;
    table.state[row] = ORDER_STATE.inDoubt;
    table.reasons[row] = reason;
    this.counts.add(COUNT.inDoubt);
    this.journal.doubted(row);
    this.queries.doubted(row, replacement);
    this.tell(row, ORDER_EVENT.inDoubt);
  }

  private tell(row: number, event: number): void {
    this.table.event[row] = event;
    this.changed(row, event);
  }

  private find(report: ExecutionReport): number {
    const row = this.table.find(report.clOrdOrdinal);
    if (row >= 0) return row;
    const original = this.table.find(report.origClOrdOrdinal);
    return original >= 0 ? original : this.queries.rowOf(report.clOrdOrdinal);
  }

  /** @returns one of ORDER_EVENT */
  private apply(row: number, report: ExecutionReport): number {
    if (report.cancelReject) return this.requestRefused(row, report);
    const before = this.table.state[row] as number;
    if (!isOpen(before)) return this.lateReport(row, report);
    if (this.queries.isReplacement(row, report.clOrdOrdinal) && fateOf(report) === FATE.rejected) {
      this.queries.replacementUnknown(row);
      return ORDER_EVENT.none;
    }
    switch (report.execType) {
      case EXEC_TYPE.trade:
        return this.trade(row, report);
      case EXEC_TYPE.rejected:
        return this.rejected(row, report);
      case EXEC_TYPE.canceled:
      case EXEC_TYPE.expired:
      case EXEC_TYPE.doneForDay:
        return this.cancelled(row);
      case EXEC_TYPE.replaced:
        return this.replacedBy(row, report);
      case EXEC_TYPE.new:
        return this.acknowledge(row) ? ORDER_EVENT.accepted : ORDER_EVENT.none;
      case EXEC_TYPE.orderStatus:
        return this.status(row, report);
      case EXEC_TYPE.pendingNew:
      case EXEC_TYPE.pendingCancel:
      case EXEC_TYPE.pendingReplace:
      case EXEC_TYPE.calculated:
      case EXEC_TYPE.stopped:
      case EXEC_TYPE.suspended:
        return ORDER_EVENT.none;
      default:
        this.counts.add(COUNT.unsupported);
        return ORDER_EVENT.none;
    }
  }

  /** @returns true when this is the first answer */
  private acknowledge(row: number): boolean {
    const { table } = this;
    if (table.acknowledged[row] !== 0) return false;
    table.acknowledged[row] = 1;
    this.counts.add(COUNT.acknowledged);
    this.become(row, this.restingState(row));
    return true;
  }

  private trade(row: number, report: ExecutionReport): number {
    const { counts } = this;
    const quantity = this.executed(row, report);
    // Not `quantity <= 0`: NaN must not pass either.
    if (!(quantity > 0) || Number.isNaN(report.lastPrice)) {
      counts.add(COUNT.duplicates);
      return ORDER_EVENT.none;
    }
    this.acknowledge(row);
    counts.add(COUNT.executions);
    if (quantity > report.lastQuantity) counts.add(COUNT.missed);
    this.execute(row, report.lastPrice, quantity);
    this.setLeaves(row, this.leavesOf(row, report));
    this.rest(row);
    return ORDER_EVENT.fill;
  }

  /** What an execution adds: by CumQty(14), without it LastQty(32). */
  private executed(row: number, report: ExecutionReport): number {
    const cum = this.table.cumQuantity[row] as number;
    return Number.isNaN(report.cumQuantity) ? report.lastQuantity : report.cumQuantity - cum;
  }

  private execute(row: number, price: number, quantity: number): void {
    const { table } = this;
    table.lastPrice[row] = price;
    table.lastQuantity[row] = quantity;
    table.cumQuantity[row] = (table.cumQuantity[row] as number) + quantity;
    table.executedValue[row] = (table.executedValue[row] as number) + price * quantity;
    this.positions.fill(
      table.strategy[row] as number,
      table.instrument[row] as number,
      table.side[row] as number,
      price,
      quantity,
    );
  }

  private rejected(row: number, report: ExecutionReport): number {
    const { table, counts } = this;
    if (table.acknowledged[row] === 0) {
      table.acknowledged[row] = 1;
      counts.add(COUNT.rejected);
    }
    table.reasons[row] = report.text();
    this.setLeaves(row, 0);
    this.close(row, ORDER_STATE.rejected);
    return ORDER_EVENT.rejected;
  }

  private cancelled(row: number): number {
    this.acknowledge(row);
    this.counts.add(COUNT.cancelled);
    this.setLeaves(row, 0);
    this.close(row, ORDER_STATE.cancelled);
    return ORDER_EVENT.cancelled;
  }

  private replacedBy(row: number, report: ExecutionReport): number {
    const { table } = this;
    // A replacement that was in doubt has reached the venue after all.
    if (table.state[row] === ORDER_STATE.inDoubt && table.replaceOrdinal[row] === 0 && this.isNewName(row, report)) {
      table.setReplace(row, report.clOrdOrdinal);
    }
    if (table.replaceOrdinal[row] === 0 || table.replaceOrdinal[row] !== report.clOrdOrdinal) return ORDER_EVENT.none;
    this.promote(row, report);
    this.setLeaves(row, this.leavesOf(row, report));
    this.rest(row);
    return ORDER_EVENT.replaced;
  }

  private promote(row: number, report: ExecutionReport): void {
    const { table } = this;
    table.promoteReplace(row);
    table.price[row] = Number.isNaN(report.price) ? (table.newPrice[row] as number) : report.price;
    table.quantity[row] = Number.isNaN(report.orderQuantity)
      ? (table.newQuantity[row] as number)
      : report.orderQuantity;
    table.replaced[row] = 1;
  }

  private leavesOf(row: number, report: ExecutionReport): number {
    const { table } = this;
    const left = Math.max(0, (table.quantity[row] as number) - (table.cumQuantity[row] as number));
    return Number.isNaN(report.leavesQuantity) ? left : report.leavesQuantity;
  }

  /** An order's status, asked for because it is in doubt: OrdStatus(39) decides what it is. Nobody else asks. */
  private status(row: number, report: ExecutionReport): number {
    const { table, counts } = this;
    const fate = fateOf(report);
    if (table.state[row] !== ORDER_STATE.inDoubt || fate === FATE.unsaid) return ORDER_EVENT.none;
    const isFirst = table.acknowledged[row] === 0;
    const isPromoted = this.queries.isReplacement(row, report.clOrdOrdinal);
    if (isPromoted) {
      table.setReplace(row, report.clOrdOrdinal);
      this.promote(row, report);
    }
    const isFilled = this.catchUp(row, report, fate);
    if (fate === FATE.rejected && (table.cumQuantity[row] as number) === 0) return this.rejected(row, report);
    if (!this.acknowledge(row)) this.become(row, this.restingState(row));
    switch (fate) {
      case FATE.live:
        this.setLeaves(row, this.leavesOf(row, report));
        this.rest(row);
        break;
      case FATE.filled:
        this.setLeaves(row, 0);
        this.rest(row);
        break;
      default:
        if (isFilled) {
          // One report, two events: what was executed, and that the rest is gone.
          this.setLeaves(row, (table.quantity[row] as number) - (table.cumQuantity[row] as number));
          this.journal.received(report, row, ORDER_EVENT.fill);
          this.tell(row, ORDER_EVENT.fill);
        }
        return this.cancelled(row);
    }
    if (isFilled) return ORDER_EVENT.fill;
    if (isPromoted) return ORDER_EVENT.replaced;
    if (isFirst) return ORDER_EVENT.accepted;
    counts.add(COUNT.replaceRejects);
    return ORDER_EVENT.replaceRejected;
  }

  /** Executions that a status counts and nobody told. @returns true when there were any */
  private catchUp(row: number, report: ExecutionReport, fate: number): boolean {
    const { table, counts } = this;
    const known = table.cumQuantity[row] as number;
    const told = fate === FATE.filled ? (table.quantity[row] as number) : known;
    const cum = Number.isNaN(report.cumQuantity) ? told : report.cumQuantity;
    const quantity = cum - known;
    if (quantity <= 0) return false;
    const value = table.executedValue[row] as number;
    counts.add(COUNT.executions);
    counts.add(COUNT.missed);
    this.execute(row, missedPrice(report, cum, quantity, value, table.price[row] as number), quantity);
    return true;
  }

  /** An OrderCancelReject(9): of a replace or of a cancel, whichever its ClOrdID(11) names. */
  private requestRefused(row: number, report: ExecutionReport): number {
    const { table, counts } = this;
    const ordinal = report.clOrdOrdinal;
    const ofReplace = table.replaceOrdinal[row] === ordinal;
    const ofCancel = table.cancelOrdinal[row] === ordinal;
    if (!ofReplace && !ofCancel) {
      counts.add(COUNT.late);
      return ORDER_EVENT.none;
    }
    counts.add(ofReplace ? COUNT.replaceRejects : COUNT.cancelRejects);
    if (ofReplace) table.clearReplace(row);
    else table.clearCancel(row);
    if (!isOpen(table.state[row] as number)) return ORDER_EVENT.none;
    table.reasons[row] = report.text();
    // The venue never had it (CxlRejReason(102) unknown order comes with OrdStatus(39) rejected): no longer in doubt.
    if (table.acknowledged[row] === 0 && report.ordStatus === EXEC_TYPE.rejected) return this.rejected(row, report);
    if (fateOf(report) === FATE.live) this.acknowledge(row);
    // A Reject(3) or BusinessMessageReject(j) of the request says nothing of the order: what was in doubt stays so.
    else if (table.state[row] === ORDER_STATE.inDoubt) return this.refusalEvent(ofReplace);
    this.become(row, this.restingState(row));
    return this.refusalEvent(ofReplace);
  }

  private refusalEvent(ofReplace: boolean): number {
    return ofReplace ? ORDER_EVENT.replaceRejected : ORDER_EVENT.cancelRejected;
  }

  /** An order is closed already. An execution that it lacked still happened. */
  private lateReport(row: number, report: ExecutionReport): number {
    const quantity = this.executed(row, report);
    const happened = report.execType === EXEC_TYPE.trade && quantity > 0 && !Number.isNaN(report.lastPrice);
    this.counts.add(COUNT.late);
    if (!happened) return ORDER_EVENT.none;
    this.counts.add(COUNT.executions);
    this.execute(row, report.lastPrice, quantity);
    return ORDER_EVENT.fill;
  }

  /** What the order is, apart from requests that were answered. */
  private restingState(row: number): number {
    const { table } = this;
    if (table.cancelOrdinal[row] !== 0) return ORDER_STATE.pendingCancel;
    if (table.replaceOrdinal[row] !== 0) return ORDER_STATE.pendingReplace;
    if ((table.cumQuantity[row] as number) > 0) return ORDER_STATE.partiallyFilled;
    if (table.replaced[row] !== 0) return ORDER_STATE.replaced;
    return table.acknowledged[row] !== 0 ? ORDER_STATE.new : ORDER_STATE.pendingNew;
  }

  /** After a fill or a replacement: filled when nothing is left (a fill may cross a replacement that asks for less). */
  private rest(row: number): void {
    const { table } = this;
    if ((table.leaves[row] as number) > 0) {
      this.become(row, this.restingState(row));
    } else {
      this.counts.add(COUNT.filled);
      this.close(row, ORDER_STATE.filled);
    }
  }

  private setLeaves(row: number, leaves: number): void {
    const { table } = this;
    const delta = leaves - (table.leaves[row] as number);
    table.leaves[row] = leaves;
    if (delta === 0) return;
    this.positions.work(
      table.strategy[row] as number,
      table.instrument[row] as number,
      table.side[row] as number,
      delta,
    );
  }

  private close(row: number, state: number): void {
    this.become(row, state);
    this.table.release(row);
  }

  /** Whatever the venue says of an order takes the doubt from it. */
  private become(row: number, state: number): void {
    if (this.table.state[row] === ORDER_STATE.inDoubt) {
      this.counts.subtract(COUNT.inDoubt);
      this.queries.settled(row);
    }
    this.table.state[row] = state;
  }

  private isNewName(row: number, report: ExecutionReport): boolean {
    return report.clOrdOrdinal > 0 && report.origClOrdOrdinal === this.table.ordinal[row];
  }
}
