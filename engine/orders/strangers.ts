import type { ExecutionReport } from '../domain/execution.ts';
import { ORDER_EVENT } from '../domain/order-state.ts';
import { CHANGE } from '../domain/position.ts';
import { EXECUTION } from './executions.ts';
import { COUNT } from './order-counts.ts';
import type { ReportParts } from './report-handler.ts';

/** ExecType(150). */
const TRADE = 0x46;
const TRADE_CORRECT = 0x47;
const TRADE_CANCEL = 0x48;

/** Text of ExecRefID(19); allocates. */
export const referenceOf = ({ bytes, execRefIdStart, execRefIdEnd }: ExecutionReport): string =>
  execRefIdEnd > execRefIdStart
    ? String.fromCharCode(...bytes.subarray(execRefIdStart, execRefIdEnd))
    : 'without a name';

/**
 * Reports of orders that nobody here knows, or knows any more because their row was used again. What they execute is
 * somebody's all the same: it goes to the house's position, or where something of the order is still assumed to the
 * strategy's in its place; a bust goes to the position that the execution went to. A person hears of what is new. Cold.
 */
export class Strangers {
  private readonly parts: ReportParts;
  /** Entry in the table's `forgotten` of the order that the report is about; -1 for none. */
  private order = -1;

  constructor(parts: ReportParts) {
    this.parts = parts;
    parts.table.forgotten.lost = (key, orders) =>
      parts.alert(
        `More orders than are remembered have executed in part what the venue has counted and never told: order ${key} is forgotten, ${orders} so far. What is told of them after all counts a second time, for the house: compare the positions with the venue's.`,
      );
  }

  handle(report: ExecutionReport): void {
    const { counts, journal } = this.parts;
    counts.add(COUNT.unknown);
    const isBust = report.execType === TRADE_CANCEL || report.execType === TRADE_CORRECT;
    const isTrade = report.execType === TRADE || report.execType === TRADE_CORRECT;
    if ((isBust || isTrade) && this.isPlaced(report) && !this.isSeen(report)) {
      this.order = this.find(report);
      if (isBust) this.reverse(report);
      if (isTrade) this.execute(report);
      if (isBust && this.order >= 0) this.unassume(report);
      return;
    }
    journal.received(report, -1, ORDER_EVENT.none);
  }

  private find({ clOrdOrdinal, origClOrdOrdinal }: ExecutionReport): number {
    const { table } = this.parts;
    const order = table.findForgotten(clOrdOrdinal);
    return order >= 0 ? order : table.findForgotten(origClOrdOrdinal);
  }

  /** Without instrument and side it is no position of ours. */
  private isPlaced(report: ExecutionReport): boolean {
    if (report.instrument >= 0 && report.side !== 0) return true;
    this.parts.alert(
      `The venue tells an execution of ${report.symbol()}, order ${report.clOrdId()}, which nobody here trades: no position counts it. Ask the venue whose it is.`,
    );
    return false;
  }

  /** Also of an execution that was taken back before it came. */
  private isSeen(report: ExecutionReport): boolean {
    const { executions, counts } = this.parts;
    const { bytes, execIdStart, execIdEnd, instrument, side } = report;
    if (execIdEnd <= execIdStart) return false;
    const entry = executions.find(bytes, execIdStart, execIdEnd, 0, instrument, side);
    if (entry < 0) return false;
    counts.add(COUNT.duplicates);
    if (executions.status[entry] === EXECUTION.awaited) executions.become(entry, EXECUTION.gone);
    return true;
  }

  private execute(report: ExecutionReport): void {
    const { table, executions, counts } = this.parts;
    const { lastQuantity, lastPrice } = report;
    if (!(lastQuantity > 0) || Number.isNaN(lastPrice)) return;
    const entry = this.remember(report, EXECUTION.live);
    if (entry >= 0) {
      executions.price[entry] = lastPrice;
      executions.quantity[entry] = lastQuantity;
    }
    const assumed = this.supersede(report);
    if (assumed < lastQuantity) counts.add(COUNT.executions);
    if (assumed > 0) counts.add(COUNT.late);
    table.change[CHANGE.quantity] = lastQuantity;
    table.change[CHANGE.value] = lastPrice * lastQuantity;
    const isNew = report.execType === TRADE && assumed === 0;
    this.apply(report, isNew ? ORDER_EVENT.fill : ORDER_EVENT.corrected, this.owner);
    if (assumed === lastQuantity) return;
    const holder = this.order < 0 ? 'The house holds it' : 'Its strategy holds it';
    this.parts.alert(
      `The venue tells an execution of order ${report.clOrdId()}, which nobody here knows: ${report.symbol()}, ${lastQuantity - assumed} ${report.side === 1 ? 'bought' : 'sold'}. ${holder}: compare the positions with the venue's.`,
    );
  }

  private reverse(report: ExecutionReport): void {
    const { table, executions } = this.parts;
    const { bytes, execRefIdStart: start, execRefIdEnd: end, instrument, side } = report;
    let entry = end > start ? executions.find(bytes, start, end, 0, instrument, side) : -1;
    if (entry >= 0) entry = executions.latest(entry);
    const isTold = entry >= 0;
    if (!isTold && end > start) {
      entry = this.rememberAs(report, start, end, EXECUTION.awaited);
    } else if (isTold && executions.status[entry] === EXECUTION.live) {
      executions.become(entry, EXECUTION.gone);
      const quantity = executions.quantity[entry] as number;
      table.change[CHANGE.quantity] = -quantity;
      table.change[CHANGE.value] = -quantity * (executions.price[entry] as number);
      if (this.order >= 0) table.forgotten.told(this.order, -quantity);
      this.apply(report, ORDER_EVENT.busted, executions.strategy[entry] as number);
    }
    if (report.execType === TRADE_CANCEL) this.remember(report, EXECUTION.note);
    else if (entry >= 0 && report.lastQuantity > 0 && !Number.isNaN(report.lastPrice))
      executions.follow(entry, executions.upcoming);
    this.parts.alert(
      `The venue takes back or corrects execution ${referenceOf(report)} of order ${report.clOrdId()}, which is not in the order table any more: ${isTold ? 'the position follows it' : 'no position follows it, because nobody has told the execution here'}. Compare the positions with the venue's.`,
    );
  }

  /** Takes what was assumed of it out of the position again. @returns how much of the execution that was */
  private supersede({ lastQuantity, cumQuantity, instrument, side }: ExecutionReport): number {
    if (this.order < 0) return 0;
    const { forgotten } = this.parts.table;
    const assumed = forgotten.superseded(this.order, lastQuantity, cumQuantity);
    if (assumed > 0) this.withdraw(assumed, instrument, side);
    forgotten.told(this.order, lastQuantity);
    return assumed;
  }

  /** What was assumed, and CumQty(14) has no more, has been taken back. */
  private unassume(report: ExecutionReport): void {
    const { table, journal } = this.parts;
    const quantity = table.forgotten.surplus(this.order, report.cumQuantity);
    if (quantity === 0) return;
    this.withdraw(quantity, report.instrument, report.side);
    journal.received(report, -1, ORDER_EVENT.busted, this.owner);
    table.change.fill(0);
  }

  private withdraw(quantity: number, instrument: number, side: number): void {
    const { table, positions } = this.parts;
    const value = table.forgotten.withdraw(this.order, quantity);
    table.change[CHANGE.quantity] = -quantity;
    table.change[CHANGE.value] = -value;
    positions.apply(this.owner, instrument, side, table.change);
  }

  /** Whose the execution is. */
  private get owner(): number {
    const { table, positions } = this.parts;
    return this.order < 0 ? positions.house : (table.forgotten.strategy[this.order] as number);
  }

  private apply(report: ExecutionReport, event: number, strategy: number): void {
    const { table, positions, journal } = this.parts;
    table.change[CHANGE.isNamed] = event === ORDER_EVENT.busted && report.execType === TRADE_CORRECT ? 0 : 1;
    positions.apply(strategy, report.instrument, report.side, table.change);
    journal.received(report, -1, event, strategy);
    table.change.fill(0);
  }

  private remember(report: ExecutionReport, status: number): number {
    return this.rememberAs(report, report.execIdStart, report.execIdEnd, status);
  }

  private rememberAs(report: ExecutionReport, start: number, end: number, status: number): number {
    const { executions, table } = this.parts;
    const { bytes, instrument, side } = report;
    if (end <= start) return -1;
    const key = this.order < 0 ? 0 : (table.forgotten.key[this.order] as number);
    const entry = executions.remember(bytes, start, end, key, this.owner, instrument, side as 1 | 2);
    executions.become(entry, status);
    return entry;
  }
}
