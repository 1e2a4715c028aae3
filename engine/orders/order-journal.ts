import { CELL, JOURNAL_RESULT } from '../../native/layout.ts';
import type { ExecutionReport } from '../domain/execution.ts';
import type { Instrument } from '../domain/instrument.ts';
import { ORDER_EVENT } from '../domain/order-state.ts';
import { CHANGE } from '../domain/position.ts';
import { REFUSAL } from '../domain/refusal.ts';
import { ImageWriter } from '../journal/image-writer.ts';
import { JOURNAL_KIND } from '../journal/records.ts';
import { BookMids } from '../market/book-mids.ts';
import type { Journal } from '../ports/journal.ts';
import type { Executions } from './executions.ts';
import {
  ORDER_LOG,
  ORDER_LOG_FEE,
  ORDER_LOG_KIND,
  ORDER_LOG_MID,
  ORDER_LOG_MULTIPLIER,
  ORDER_LOG_ORDERED,
  type OrderLogWriter,
} from './order-log.ts';
import type { OrderTable } from './order-table.ts';
import type { Positions } from './positions.ts';

const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value);

/** Where it reads what an order does not know, and where it writes beside the order log. */
export interface JournalParts {
  cells: Float64Array;
  depth: Float64Array;
  depthLevels: number;
  maxInstruments: number;
  journal?: Journal | undefined;
}

/**
 * The one place that writes down what happens to orders: into the order log, for the report of this run, and into the
 * journal where there is one, for the next. What is about to leave is in the journal before it leaves.
 */
export class OrderJournal {
  private readonly log: OrderLogWriter;
  private readonly table: OrderTable;
  private readonly executions: Executions;
  private readonly cells: Float64Array;
  private readonly mids: BookMids;
  /** By instrument. */
  private readonly multipliers: Float64Array;
  private readonly journal: Journal | undefined;
  private readonly images: ImageWriter | undefined;

  constructor(
    log: OrderLogWriter,
    table: OrderTable,
    positions: Positions,
    executions: Executions,
    { cells, depth, depthLevels, maxInstruments, journal }: JournalParts,
  ) {
    this.log = log;
    this.table = table;
    this.executions = executions;
    this.cells = cells;
    this.mids = new BookMids(depth, depthLevels);
    this.multipliers = new Float64Array(maxInstruments);
    this.journal = journal;
    this.images = journal && new ImageWriter(journal, table, positions, executions, cells);
  }

  addInstrument({ handle, multiplier }: Instrument): void {
    this.multipliers[handle] = multiplier;
  }

  /** Whether the journal takes anything new. @returns one of REFUSAL */
  refusal(): number {
    const { journal } = this;
    if (journal === undefined) return REFUSAL.None;
    if (journal.hasFailed()) return REFUSAL.JournalFailed;
    return journal.hasRoom() ? REFUSAL.None : REFUSAL.JournalFull;
  }

  /**
   * The row is as it will be once its message has left, which it does only with a result of 0; a cancel leaves whatever
   * the journal says. @param kind newOrder, replace or cancel of JOURNAL_KIND @returns one of REFUSAL
   */
  intend(kind: number, row: number, cause: number): number {
    if (this.images === undefined) return REFUSAL.None;
    const result = this.images.order(kind, row, ORDER_EVENT.none, cause);
    if (result === JOURNAL_RESULT.ok) return REFUSAL.None;
    return result === JOURNAL_RESULT.full ? REFUSAL.JournalFull : REFUSAL.JournalFailed;
  }

  /** What was intended has not left; the row is as nobody but this side has ever seen it. */
  notSent(row: number, cause: number): void {
    this.images?.order(JOURNAL_KIND.notSent, row, ORDER_EVENT.none, cause);
  }

  /** Nobody here knows any more what the venue has of the order. */
  doubted(row: number): void {
    this.images?.order(JOURNAL_KIND.inDoubt, row, ORDER_EVENT.inDoubt, 0);
  }

  /** An order of an earlier run, as this one begins with it. */
  carried(row: number): void {
    this.images?.order(JOURNAL_KIND.carriedOrder, row, this.table.event[row] as number, 0);
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
    slots[at + ORDER_LOG.movedQuantity] = 0;
    slots[at + ORDER_LOG.movedValue] = 0;
    slots[at + ORDER_LOG_FEE] = Number.NaN;
    this.showOrder(slots, at, row);
    this.publish(slots, at);
  }

  /**
   * The table is as the report has made it. @param row -1 for a report that belongs to no order
   * @param event what it changed, 0 for nothing @param stranger whose position it moved where it belongs to no order
   */
  received(report: ExecutionReport, row: number, event: number, stranger = -1): void {
    if (this.images !== undefined) this.keep(this.images, report, row, event, stranger);
    else this.executions.written(this.executions.changes);
    const slots = this.log.slots;
    const at = this.log.next();
    if (at < 0) return;
    // A report may count executions that it does not tell: price and quantity are what the table makes of it.
    const isExecuted = row >= 0 && this.table.change[CHANGE.quantity] !== 0;
    slots[at + ORDER_LOG.kind] = ORDER_LOG_KIND.report + event;
    slots[at + ORDER_LOG.strategy] = row < 0 ? stranger : (this.table.strategy[row] as number);
    slots[at + ORDER_LOG.instrument] = row < 0 ? report.instrument : (this.table.instrument[row] as number);
    slots[at + ORDER_LOG.side] = row < 0 ? report.side : (this.table.side[row] as number);
    slots[at + ORDER_LOG.price] = isExecuted ? (this.table.lastPrice[row] as number) : orZero(report.lastPrice);
    slots[at + ORDER_LOG.quantity] = isExecuted
      ? (this.table.lastQuantity[row] as number)
      : orZero(report.lastQuantity);
    slots[at + ORDER_LOG.cause] = 0;
    slots[at + ORDER_LOG.ordinal] = Math.max(0, report.clOrdOrdinal);
    slots[at + ORDER_LOG.origOrdinal] = Math.max(0, report.origClOrdOrdinal);
    slots[at + ORDER_LOG.cumQuantity] = orZero(report.cumQuantity);
    slots[at + ORDER_LOG.movedQuantity] = this.table.change[CHANGE.quantity] as number;
    slots[at + ORDER_LOG.movedValue] = this.table.change[CHANGE.value] as number;
    slots[at + ORDER_LOG_FEE] = report.commission;
    this.showOrder(slots, at, row);
    this.publish(slots, at);
  }

  private showOrder(slots: Float64Array, at: number, row: number): void {
    slots[at + ORDER_LOG.state] = row < 0 ? 0 : (this.table.state[row] as number);
    slots[at + ORDER_LOG.executed] = row < 0 ? 0 : (this.table.cumQuantity[row] as number);
    slots[at + ORDER_LOG.executedValue] = row < 0 ? 0 : (this.table.executedValue[row] as number);
    slots[at + ORDER_LOG.timeInForce] = row < 0 ? 0 : (this.table.timeInForce[row] as number);
    slots[at + ORDER_LOG_ORDERED] = row < 0 ? 0 : (this.table.quantity[row] as number);
  }

  private keep(images: ImageWriter, report: ExecutionReport, row: number, event: number, stranger: number): void {
    if (row >= 0) images.report(JOURNAL_KIND.report, row, report, event);
    else if (stranger >= 0) images.stranger(JOURNAL_KIND.report, report, event, stranger);
  }

  private publish(slots: Float64Array, at: number): void {
    const instrument = slots[at + ORDER_LOG.instrument] as number;
    this.mids.write(instrument, slots, at + ORDER_LOG_MID);
    slots[at + ORDER_LOG_MULTIPLIER] = instrument < 0 ? 0 : (this.multipliers[instrument] as number);
    slots[at + ORDER_LOG.timeNs] = this.cells[CELL.nowNs] as number;
    slots[at + ORDER_LOG.sequence] = this.cells[CELL.sequence] as number;
    this.log.publish();
  }
}
