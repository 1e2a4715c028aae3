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
 * somebody's all the same: it goes to the house's position, a bust to the position that the execution went to, and a
 * person hears of both. Cold.
 */
export class Strangers {
  private readonly parts: ReportParts;

  constructor(parts: ReportParts) {
    this.parts = parts;
  }

  handle(report: ExecutionReport): void {
    const { counts, journal } = this.parts;
    counts.add(COUNT.unknown);
    const isBust = report.execType === TRADE_CANCEL || report.execType === TRADE_CORRECT;
    const isTrade = report.execType === TRADE || report.execType === TRADE_CORRECT;
    if ((isBust || isTrade) && this.isPlaced(report) && !this.isSeen(report)) {
      if (isBust) this.reverse(report);
      if (isTrade) this.execute(report);
      return;
    }
    journal.received(report, -1, ORDER_EVENT.none);
  }

  /** Without instrument and side it is no position of ours. */
  private isPlaced(report: ExecutionReport): boolean {
    if (report.instrument >= 0 && report.side !== 0) return true;
    this.parts.alert(
      `The venue tells an execution of ${report.symbol()}, order ${report.clOrdId()}, which nobody here trades: no position counts it. Ask the venue whose it is.`,
    );
    return false;
  }

  private isSeen(report: ExecutionReport): boolean {
    const { executions, counts } = this.parts;
    const { bytes, execIdStart, execIdEnd, instrument, side } = report;
    if (execIdEnd <= execIdStart || executions.find(bytes, execIdStart, execIdEnd, 0, instrument, side) < 0)
      return false;
    counts.add(COUNT.duplicates);
    return true;
  }

  private execute(report: ExecutionReport): void {
    const { table, positions, executions, counts } = this.parts;
    const { lastQuantity, lastPrice } = report;
    if (!(lastQuantity > 0) || Number.isNaN(lastPrice)) return;
    const entry = this.remember(report, EXECUTION.live);
    if (entry >= 0) {
      executions.price[entry] = lastPrice;
      executions.quantity[entry] = lastQuantity;
    }
    counts.add(COUNT.executions);
    table.change[CHANGE.quantity] = lastQuantity;
    table.change[CHANGE.value] = lastPrice * lastQuantity;
    this.apply(report, report.execType === TRADE ? ORDER_EVENT.fill : ORDER_EVENT.corrected, positions.house);
    this.parts.alert(
      `The venue tells an execution of order ${report.clOrdId()}, which nobody here knows: ${report.symbol()}, ${lastQuantity} ${report.side === 1 ? 'bought' : 'sold'}. The house holds it: compare the positions with the venue's.`,
    );
  }

  private reverse(report: ExecutionReport): void {
    const { table, executions } = this.parts;
    const { bytes, execRefIdStart: start, execRefIdEnd: end, instrument, side } = report;
    let entry = end > start ? executions.find(bytes, start, end, 0, instrument, side) : -1;
    if (entry >= 0) entry = executions.latest(entry);
    if (entry >= 0 && executions.status[entry] === EXECUTION.live) {
      executions.status[entry] = EXECUTION.gone;
      const quantity = executions.quantity[entry] as number;
      table.change[CHANGE.quantity] = -quantity;
      table.change[CHANGE.value] = -quantity * (executions.price[entry] as number);
      this.apply(report, ORDER_EVENT.busted, executions.strategy[entry] as number);
    }
    if (report.execType === TRADE_CANCEL) this.remember(report, EXECUTION.note);
    this.parts.alert(
      `The venue takes back or corrects execution ${referenceOf(report)} of order ${report.clOrdId()}, which is not in the order table any more: ${entry < 0 ? 'no position follows it, because nobody has told the execution here' : 'the position follows it'}. Compare the positions with the venue's.`,
    );
  }

  private apply(report: ExecutionReport, event: number, strategy: number): void {
    const { table, positions, journal } = this.parts;
    table.change[CHANGE.isNamed] = event === ORDER_EVENT.busted && report.execType === TRADE_CORRECT ? 0 : 1;
    positions.apply(strategy, report.instrument, report.side, table.change);
    journal.received(report, -1, event, strategy);
    table.change.fill(0);
  }

  private remember(report: ExecutionReport, status: number): number {
    const { executions, positions } = this.parts;
    const { bytes, execIdStart, execIdEnd, instrument, side } = report;
    if (execIdEnd <= execIdStart) return -1;
    const entry = executions.remember(bytes, execIdStart, execIdEnd, 0, positions.house, instrument, side as 1 | 2);
    executions.status[entry] = status;
    return entry;
  }
}
