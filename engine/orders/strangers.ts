import { EXEC_TYPE, type ExecutionReport } from '../domain/execution.ts';
import { ORDER_EVENT } from '../domain/order-state.ts';
import { CHANGE } from '../domain/position.ts';
import { EXECUTION } from './executions.ts';
import { COUNT } from './order-counts.ts';
import type { ReportParts } from './report-handler.ts';

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
  /** Whose the execution is, and which order's: 0 where that has no number of ours. */
  private strategy = 0;
  private key = 0;
  /** Entry of a correction that was itself taken back before it came; -1 for none. */
  private awaited = -1;
  /** What the execution is called: name[start, end). */
  private name: Uint8Array = new Uint8Array(0);
  private start = 0;
  private end = 0;

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
    const isBust = report.execType === EXEC_TYPE.tradeCancel || report.execType === EXEC_TYPE.tradeCorrect;
    const isTrade = report.execType === EXEC_TYPE.trade || report.execType === EXEC_TYPE.tradeCorrect;
    if ((isBust || isTrade) && this.isPlaced(report) && this.isNamed(report) && !this.isSeen(report)) {
      this.identify(report);
      if (isBust) this.reverse(report);
      if (isTrade) this.execute(report);
      if (isBust && this.order >= 0) this.unassume(report);
      return;
    }
    journal.received(report, -1, ORDER_EVENT.none);
  }

  private identify({ clOrdOrdinal, origClOrdOrdinal }: ExecutionReport): void {
    const { table, positions } = this.parts;
    const order = table.findForgotten(clOrdOrdinal);
    this.order = order >= 0 ? order : table.findForgotten(origClOrdOrdinal);
    const { forgotten } = table;
    this.strategy = this.order < 0 ? positions.house : (forgotten.strategy[this.order] as number);
    this.key = this.order < 0 ? table.keyOf(clOrdOrdinal) : (forgotten.key[this.order] as number);
  }

  /** Without an ExecID(17) the order and its CumQty(14) tell a repetition, and without those nothing does. */
  private isNamed(report: ExecutionReport): boolean {
    this.name = report.bytes;
    this.start = report.execIdStart;
    this.end = report.execIdEnd;
    if (this.end > this.start || report.execType === EXEC_TYPE.tradeCancel) return true;
    if (Number.isNaN(report.cumQuantity)) {
      this.parts.alert(
        `The venue tells an execution of ${report.symbol()}, order ${report.clOrdId()}, without ExecID(17) and CumQty(14), which nobody here knows: no position counts it, because it could not be told from its repetition. Compare the positions with the venue's.`,
      );
      return false;
    }
    const name = `${report.clOrdId()} ${report.cumQuantity}`;
    this.name = Uint8Array.from(name, (character) => character.charCodeAt(0));
    this.start = 0;
    this.end = name.length;
    return true;
  }

  /** Without instrument and side it is no position of ours. */
  private isPlaced(report: ExecutionReport): boolean {
    if (report.instrument >= 0 && report.side !== 0) return true;
    this.parts.alert(
      `The venue tells an execution of ${report.symbol()}, order ${report.clOrdId()}, which nobody here trades: no position counts it. Ask the venue whose it is.`,
    );
    return false;
  }

  /** Also of an execution that was taken back before it came; a correction takes back what it corrects all the same. */
  private isSeen({ execType, instrument, side }: ExecutionReport): boolean {
    const { executions, counts } = this.parts;
    this.awaited = -1;
    if (this.end <= this.start) return false;
    const entry = executions.find(this.name, this.start, this.end, 0, instrument, side);
    if (entry < 0) return false;
    if (executions.status[entry] === EXECUTION.awaited) {
      executions.become(entry, EXECUTION.gone);
      if (execType === EXEC_TYPE.tradeCorrect) {
        this.awaited = entry;
        return false;
      }
    }
    counts.add(COUNT.duplicates);
    return true;
  }

  private execute(report: ExecutionReport): void {
    const { table, executions, counts } = this.parts;
    const { lastQuantity, lastPrice } = report;
    if (this.awaited >= 0 || !(lastQuantity > 0) || Number.isNaN(lastPrice)) return;
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
    const isNew = report.execType === EXEC_TYPE.trade && assumed === 0;
    this.apply(report, isNew ? ORDER_EVENT.fill : ORDER_EVENT.corrected, this.strategy);
    if (assumed === lastQuantity) return;
    const holder = this.strategy === this.parts.positions.house ? 'The house holds it' : 'Its strategy holds it';
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
    if (isTold) {
      // What corrects it is its position's and its order's.
      this.strategy = executions.strategy[entry] as number;
      this.key = executions.key[entry] as number;
    }
    if (!isTold && end > start) {
      entry = this.rememberAs(report, bytes, start, end, EXECUTION.awaited);
    } else if (isTold && executions.status[entry] === EXECUTION.live) {
      executions.become(entry, EXECUTION.gone);
      const quantity = executions.quantity[entry] as number;
      table.change[CHANGE.quantity] = -quantity;
      table.change[CHANGE.value] = -quantity * (executions.price[entry] as number);
      if (this.order >= 0) table.forgotten.told(this.order, -quantity);
      this.apply(report, ORDER_EVENT.busted, this.strategy);
    }
    if (report.execType === EXEC_TYPE.tradeCancel) this.remember(report, EXECUTION.note);
    else if (entry >= 0 && report.lastQuantity > 0 && !Number.isNaN(report.lastPrice)) this.succeed(entry);
    this.parts.alert(
      `The venue takes back or corrects execution ${referenceOf(report)} of order ${report.clOrdId()}, which is not in the order table any more: ${isTold ? 'the position follows it' : 'no position follows it, because nobody has told the execution here'}. Compare the positions with the venue's.`,
    );
  }

  /** What corrects the execution is remembered next, or was by who has corrected that in its turn. */
  private succeed(entry: number): void {
    const { executions } = this.parts;
    executions.follow(entry, this.awaited >= 0 ? this.awaited : executions.upcoming);
    if (this.awaited < 0) return;
    executions.strategy[this.awaited] = this.strategy;
    executions.claim(this.awaited, this.key);
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
    journal.received(report, -1, ORDER_EVENT.busted, this.strategy);
    table.change.fill(0);
  }

  private withdraw(quantity: number, instrument: number, side: number): void {
    const { table, positions } = this.parts;
    const value = table.forgotten.withdraw(this.order, quantity);
    table.change[CHANGE.quantity] = -quantity;
    table.change[CHANGE.value] = -value;
    positions.apply(this.strategy, instrument, side, table.change);
  }

  private apply(report: ExecutionReport, event: number, strategy: number): void {
    const { table, positions, journal } = this.parts;
    table.change[CHANGE.isNamed] = event === ORDER_EVENT.busted && report.execType === EXEC_TYPE.tradeCorrect ? 0 : 1;
    positions.apply(strategy, report.instrument, report.side, table.change);
    journal.received(report, -1, event, strategy);
    table.change.fill(0);
  }

  private remember(report: ExecutionReport, status: number): number {
    return this.rememberAs(report, this.name, this.start, this.end, status);
  }

  private rememberAs(
    { instrument, side }: ExecutionReport,
    name: Uint8Array,
    start: number,
    end: number,
    status: number,
  ): number {
    const { executions } = this.parts;
    if (end <= start) return -1;
    const entry = executions.remember(name, start, end, this.key, this.strategy, instrument, side);
    executions.become(entry, status);
    return entry;
  }
}
