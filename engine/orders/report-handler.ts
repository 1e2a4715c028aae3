import type { ExecutionReport } from '../domain/execution.ts';
import { isOpen, ORDER_EVENT, ORDER_STATE } from '../domain/order-state.ts';
import { COUNT, type OrderCounts } from './order-counts.ts';
import type { OrderJournal } from './order-journal.ts';
import type { OrderTable } from './order-table.ts';
import type { Positions } from './positions.ts';

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

/** OrdStatus(39) of an order that may still execute: new, partially filled, replaced, pending or held. */
const LIVE = new Set([...'01567ABDE9'].map((character) => character.charCodeAt(0)));

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
  private readonly changed: OrderListener;

  constructor(
    table: OrderTable,
    positions: Positions,
    journal: OrderJournal,
    counts: OrderCounts,
    changed: OrderListener,
  ) {
    this.table = table;
    this.positions = positions;
    this.journal = journal;
    this.counts = counts;
    this.changed = changed;
  }

  handle(report: ExecutionReport): void {
    const row = this.find(report);
    const event = row < 0 ? ORDER_EVENT.none : this.apply(row, report);
    if (row < 0) this.counts.add(COUNT.unknown);
    this.journal.received(report, row, event);
    if (event === ORDER_EVENT.none) return;
    this.table.event[row] = event;
    this.changed(row, event);
  }

  /** The session is lost: what was sent and never answered is in doubt, and is never sent again. */
  sessionLost(reason: string): void {
    const { table } = this;
    for (let row = 0; row < table.capacity; row += 1) {
      if (isOpen(table.state[row] as number) && table.acknowledged[row] === 0) this.doubt(row, reason);
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
      this.doubt(row, reason);
    } else if (table.ordinal[row] === ordinal && table.acknowledged[row] === 0) {
      this.doubt(row, reason);
    } else if (table.cancelOrdinal[row] === ordinal) {
      // Nobody will answer it: the order may be cancelled again.
      table.clearCancel(row);
      if (table.state[row] === ORDER_STATE.pendingCancel) table.state[row] = this.restingState(row);
    }
  }

  private doubt(row: number, reason: string): void {
    const { table } = this;
    if (table.state[row] === ORDER_STATE.inDoubt) return;
    table.state[row] = ORDER_STATE.inDoubt;
    table.reasons[row] = reason;
    table.event[row] = ORDER_EVENT.inDoubt;
    this.counts.add(COUNT.inDoubt);
    this.changed(row, ORDER_EVENT.inDoubt);
  }

  private find(report: ExecutionReport): number {
    const row = this.table.find(report.clOrdOrdinal);
    return row >= 0 ? row : this.table.find(report.origClOrdOrdinal);
  }

  /** @returns one of ORDER_EVENT */
  private apply(row: number, report: ExecutionReport): number {
    if (report.cancelReject) return this.requestRefused(row, report);
    const before = this.table.state[row] as number;
    if (!isOpen(before)) return this.lateReport(row, report);
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
      case EXEC_TYPE.pendingNew:
      case EXEC_TYPE.pendingCancel:
      case EXEC_TYPE.pendingReplace:
      case EXEC_TYPE.orderStatus:
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
    const { table, counts } = this;
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
    const leaves = Number.isNaN(report.leavesQuantity)
      ? Math.max(0, (table.quantity[row] as number) - (table.cumQuantity[row] as number))
      : report.leavesQuantity;
    this.setLeaves(row, leaves);
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
    table.promoteReplace(row);
    table.price[row] = Number.isNaN(report.price) ? (table.newPrice[row] as number) : report.price;
    table.quantity[row] = Number.isNaN(report.orderQuantity)
      ? (table.newQuantity[row] as number)
      : report.orderQuantity;
    table.replaced[row] = 1;
    const left = Math.max(0, (table.quantity[row] as number) - (table.cumQuantity[row] as number));
    this.setLeaves(row, Number.isNaN(report.leavesQuantity) ? left : report.leavesQuantity);
    this.rest(row);
    return ORDER_EVENT.replaced;
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
    if (LIVE.has(report.ordStatus)) this.acknowledge(row);
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
    if (this.table.state[row] === ORDER_STATE.inDoubt) this.counts.subtract(COUNT.inDoubt);
    this.table.state[row] = state;
  }

  private isNewName(row: number, report: ExecutionReport): boolean {
    return report.clOrdOrdinal > 0 && report.origClOrdOrdinal === this.table.ordinal[row];
  }
}
