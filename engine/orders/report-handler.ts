import { EXEC_TYPE, type ExecutionReport } from '../domain/execution.ts';
import { isOpen, ORDER_EVENT, ORDER_STATE } from '../domain/order-state.ts';
import type { Executions } from './executions.ts';
import { Happenings } from './happenings.ts';
import { COUNT, type OrderCounts } from './order-counts.ts';
import { OrderExecutions } from './order-executions.ts';
import type { OrderJournal } from './order-journal.ts';
import { FATE, fateOf, LIFE, lifeOf } from './order-status.ts';
import type { OrderTable } from './order-table.ts';
import type { Positions } from './positions.ts';
import { SAID_OF_NOTHING, saidOf } from './said.ts';
import type { StatusQueries } from './status-queries.ts';
import { referenceOf, Strangers } from './strangers.ts';
import { DOES, EFFECT, entryOf, NEXT_STATE, RESTING, SAID, SAME, TELLS } from './transitions.ts';

/** Hears of each change, after table and positions show it. */
export type OrderListener = (row: number, event: number) => void;

export interface ReportParts {
  table: OrderTable;
  positions: Positions;
  executions: Executions;
  journal: OrderJournal;
  counts: OrderCounts;
  queries: StatusQueries;
  changed: OrderListener;
  /** What a person must hear of: one sentence. */
  alert: (what: string) => void;
}

/** After which LeavesQty(151) may have grown, because an execution was taken back. */
const isTakenBack = (said: number): boolean => said === SAID.busted || said === SAID.corrected;

/** An answer to a question: what it counts is so. What other reports count may be of before a bust. */
const isAnswer = (said: number): boolean => said === SAID.statusLive || said === SAID.statusFilled;

/** Says what the order is from now on: told a second time, it is of before. */
const setsOrder = (said: number): boolean =>
  said === SAID.replaced ||
  said === SAID.restated ||
  said === SAID.cancelled ||
  said === SAID.expired ||
  said === SAID.doneForDay;

/**
 * Applies to the order table what the venue says, and what the session says of messages that are not sent again. The
 * table of transitions.ts decides; this does what it says.
 */
export class ReportHandler {
  private readonly parts: ReportParts;
  private readonly happenings = new Happenings();
  private readonly executed: OrderExecutions;
  private readonly strangers: Strangers;

  constructor(parts: ReportParts) {
    const { table, positions, executions, counts } = parts;
    this.parts = parts;
    this.executed = new OrderExecutions(table, positions, executions, counts, this.happenings);
    this.strangers = new Strangers(parts);
  }

  handle(report: ExecutionReport): void {
    const { counts, table, queries, executions, journal, positions } = this.parts;
    const row = this.find(report);
    if (row < 0) {
      this.strangers.handle(report);
      // What it has left to be remembered is in the journal before anything else is.
      if (executions.changes > 0) journal.received(report, -1, ORDER_EVENT.none, positions.house);
      return;
    }
    const said = saidOf(report, row, table, queries);
    if (said === SAID_OF_NOTHING) counts.add(COUNT.unsupported);
    if (said === SAID.noNews && report.cancelReject) counts.add(COUNT.late);
    const base = this.happenings.count;
    this.apply(row, said < 0 || this.isSeen(row, said, report) ? SAID.noNews : said, report);
    this.publish(row, report, base);
  }

  /** The row of the order that a report is about, by any name that the order ever had; -1 for none. */
  find(report: ExecutionReport): number {
    const { table, queries } = this.parts;
    const row = table.find(report.clOrdOrdinal);
    if (row >= 0) return row;
    const original = table.find(report.origClOrdOrdinal);
    return original >= 0 ? original : queries.rowOf(report.clOrdOrdinal);
  }

  /** The session is lost: what was sent and never answered is in doubt, and is never sent again. */
  sessionLost(reason: string): void {
    const { table } = this.parts;
    for (let row = 0; row < table.capacity; row += 1) {
      if (isOpen(table.state[row] as number) && table.acknowledged[row] === 0)
        this.hear(row, SAID.sessionLost, 0, reason);
    }
  }

  /** The venue lacks a message that is not sent again. What it has answered meanwhile is no longer in doubt. */
  inDoubt(ordinal: number, reason: string): void {
    const { table } = this.parts;
    const row = table.find(ordinal);
    if (row < 0) return;
    if (table.replaceOrdinal[row] === ordinal) this.hear(row, SAID.replacementAskedAgain, ordinal, reason);
    else if (table.cancelOrdinal[row] === ordinal) this.hear(row, SAID.cancelAskedAgain, 0, reason);
    else if (table.ordinal[row] === ordinal && table.acknowledged[row] === 0) {
      this.hear(row, SAID.sessionLost, 0, reason);
    }
  }

  /** What the session says. @param replacement ordinal of the replacement that is in doubt; 0 where the order itself is */
  private hear(row: number, said: number, replacement: number, reason: string): void {
    const { table, queries, journal, changed } = this.parts;
    const entry = entryOf(said, table.state[row] as number);
    const does = DOES[entry] as number;
    if ((does & EFFECT.endCancel) !== 0) table.clearCancel(row);
    if ((does & EFFECT.endReplace) !== 0) table.clearReplace(row);
    if ((does & EFFECT.reason) !== 0) table.reasons[row] = reason;
    this.become(row, this.nextState(row, entry));
    if ((does & EFFECT.ask) !== 0) queries.doubted(row, replacement);
    if (TELLS[entry] === ORDER_EVENT.none) return;
    journal.doubted(row);
    table.event[row] = TELLS[entry] as number;
    changed(row, TELLS[entry] as number);
  }

  /** True for an execution, the bust or correction of one, or new terms or an end, that was applied before. */
  private isSeen(row: number, said: number, report: ExecutionReport): boolean {
    // The ExecID(17) of an answer to a question names nothing.
    const isNote = setsOrder(said) && report.execType !== EXEC_TYPE.orderStatus;
    if (said !== SAID.trade && !isTakenBack(said) && !isNote) return false;
    if (said !== SAID.trade && report.execIdEnd <= report.execIdStart) return false;
    if (!this.executed.isKnown(row, report)) {
      if (isNote) this.executed.noteSeen(row, report);
      return false;
    }
    this.parts.counts.add(COUNT.duplicates);
    return true;
  }

  private apply(row: number, said: number, report: ExecutionReport): void {
    const { table, counts, queries } = this.parts;
    const state = table.state[row] as number;
    const entry = entryOf(said, state);
    const does = DOES[entry] as number;
    const base = this.happenings.count;
    const isFirst = table.acknowledged[row] === 0;
    const hadReplacement = state === ORDER_STATE.inDoubt && queries.replacementOf(row) !== 0;
    const wasBusted = table.busted[row] === 1;
    const executedBefore = table.cumQuantity[row] as number;
    const quantityBefore = table.quantity[row] as number;
    if ((does & EFFECT.answer) !== 0) this.answer(row);
    if ((does & EFFECT.endCancel) !== 0) this.endCancel(row);
    if ((does & EFFECT.endReplace) !== 0) this.endReplace(row);
    if ((does & EFFECT.name) !== 0) this.name(row, said, report);
    if ((does & EFFECT.terms) !== 0) this.setTerms(row, report);
    // Of an order that was taken over without one.
    else if (Number.isNaN(table.price[row] as number)) table.price[row] = report.price;
    if ((does & EFFECT.reverse) !== 0) this.reverse(row, said, report);
    if ((does & EFFECT.execute) !== 0) {
      this.executed.execute(row, report, said === SAID.corrected ? ORDER_EVENT.corrected : ORDER_EVENT.fill);
      if (table.hold[row] === ORDER_STATE.stopped) table.hold[row] = 0;
    }
    if ((does & EFFECT.count) !== 0) this.count(row, said, report, wasBusted);
    if ((does & EFFECT.leaves) !== 0) this.setLeavesBy(row, said, report, executedBefore, quantityBefore);
    if ((does & EFFECT.nothingLeft) !== 0) this.setLeaves(row, 0);
    if ((does & EFFECT.reason) !== 0) this.keepReason(row, said, report);
    if ((does & EFFECT.release) !== 0) table.hold[row] = 0;
    if ((does & EFFECT.stop) !== 0) table.hold[row] = ORDER_STATE.stopped;
    if ((does & EFFECT.suspend) !== 0) table.hold[row] = ORDER_STATE.suspended;
    const reopened = (does & EFFECT.reopen) !== 0 ? this.reopen(row, state, does, report) : state;
    if ((does & EFFECT.late) !== 0) counts.add(COUNT.late);
    const isBack = reopened !== state;
    const next = isBack ? reopened : this.nextState(row, entry);
    this.become(row, next);
    if ((does & EFFECT.ask) !== 0) this.ask(row, said);
    const event = TELLS[entry] as number;
    if (event === ORDER_EVENT.accepted) this.tellAccepted(row, base, isFirst, hadReplacement);
    else if (event !== ORDER_EVENT.none) this.happen(row, event);
    else if (isBack && next === ORDER_STATE.inDoubt) this.happen(row, ORDER_EVENT.inDoubt);
    // A status may say that an order is over, and nothing else; a bust that it goes on.
    else if (this.happenings.count === base && (isBack || (next !== state && !isOpen(next))))
      this.happen(row, ORDER_EVENT.restated);
  }

  /** Once all of it is applied: journal, then whoever follows the order. */
  private publish(row: number, report: ExecutionReport, base: number): void {
    const { table, journal, changed } = this.parts;
    const { happenings } = this;
    const end = happenings.count;
    if (end === base) journal.received(report, row, ORDER_EVENT.none);
    for (let index = base; index < end; index += 1) {
      happenings.show(index, table, row);
      journal.received(report, row, happenings.events[index] as number);
    }
    table.change.fill(0);
    for (let index = base; index < end; index += 1) {
      if (happenings.silent[index] === 1) continue;
      happenings.show(index, table, row);
      table.change.fill(0);
      table.event[row] = happenings.events[index] as number;
      changed(row, happenings.events[index] as number);
    }
    happenings.count = base;
  }

  private happen(row: number, event: number): void {
    const { table } = this.parts;
    this.happenings.add(event, false, table, row);
  }

  /** An acceptance that says nothing new beside executions or a new name is not told. */
  private tellAccepted(row: number, base: number, isFirst: boolean, hadReplacement: boolean): void {
    if (this.happenings.count > base) return;
    if (!hadReplacement || isFirst) {
      this.happen(row, ORDER_EVENT.accepted);
      return;
    }
    // It is known by its old name: the replacement that was in doubt has not reached the venue.
    this.parts.counts.add(COUNT.replaceRejects);
    this.happen(row, ORDER_EVENT.replaceRejected);
  }

  /** Holds CumQty(14) against what was told. */
  private count(row: number, said: number, report: ExecutionReport, wasBusted: boolean): void {
    const { executed } = this;
    const isFilled = said === SAID.statusFilled && Number.isNaN(report.cumQuantity);
    executed.counted[0] = isFilled ? (this.parts.table.quantity[row] as number) : report.cumQuantity;
    if (!wasBusted || isAnswer(said)) executed.assume(row, report);
    if (isTakenBack(said) || isAnswer(said)) executed.unassume(row);
  }

  private answer(row: number): void {
    const { table, counts } = this.parts;
    if (table.acknowledged[row] !== 0) return;
    table.acknowledged[row] = 1;
    counts.add(COUNT.acknowledged);
  }

  private endCancel(row: number): void {
    this.parts.counts.add(COUNT.cancelRejects);
    this.parts.table.clearCancel(row);
  }

  private endReplace(row: number): void {
    this.parts.counts.add(COUNT.replaceRejects);
    this.parts.table.clearReplace(row);
  }

  /** Whoever names a replacement, other than to refuse it, has accepted it. */
  private name(row: number, said: number, report: ExecutionReport): void {
    const { table, queries } = this.parts;
    const { clOrdOrdinal, origClOrdOrdinal } = report;
    const pending = table.replaceOrdinal[row] as number;
    const isPending = pending !== 0 && (clOrdOrdinal === pending || origClOrdOrdinal === pending);
    if (!isPending) {
      const isDoubted = pending === 0 && queries.isReplacement(row, clOrdOrdinal);
      if (!isDoubted && said !== SAID.replaced) return;
      table.setReplace(row, clOrdOrdinal);
    }
    table.promoteReplace(row);
    table.replaced[row] = 1;
    if (isPending || pending === 0) {
      table.price[row] = table.newPrice[row] as number;
      table.quantity[row] = table.newQuantity[row] as number;
    } else {
      // One that was given up here has reached the venue; the one that was sent since still waits for its answer.
      table.setReplace(row, pending);
    }
    if (said === SAID.replaced) return;
    this.setTerms(row, report);
    this.happen(row, ORDER_EVENT.replaced);
  }

  private setTerms(row: number, report: ExecutionReport): void {
    const { table } = this.parts;
    if (!Number.isNaN(report.price)) table.price[row] = report.price;
    if (report.orderQuantity > 0) table.quantity[row] = report.orderQuantity;
  }

  private reverse(row: number, said: number, report: ExecutionReport): void {
    if (this.executed.reverse(row, report, said === SAID.corrected)) return;
    this.parts.alert(
      `The venue takes back or corrects execution ${referenceOf(report)} of order ${report.clOrdId()}, which nobody has told here: compare the position with the venue's.`,
    );
  }

  /**
   * LeavesQty(151) of a report that is not older than what is known: it has the order's present name, and counts as much
   * as has executed. An older trade leaves no more than it says, and nothing is closed by arithmetic while it lives.
   */
  private setLeavesBy(row: number, said: number, report: ExecutionReport, executed: number, quantity: number): void {
    const { table } = this.parts;
    const { leavesQuantity, cumQuantity, clOrdOrdinal } = report;
    const known = table.cumQuantity[row] as number;
    const leaves = (table.leaves[row] as number) + (table.quantity[row] as number) - quantity;
    const isPresent = clOrdOrdinal === table.ordinal[row] && (Number.isNaN(cumQuantity) || cumQuantity === known);
    if (isPresent && fateOf(report) === FATE.filled) this.setLeaves(row, 0);
    else if (Number.isNaN(leavesQuantity)) this.setLeaves(row, Math.max(0, leaves - Math.max(0, known - executed)));
    else if (isPresent || (said !== SAID.trade && !isTakenBack(said))) this.setLeaves(row, leavesQuantity);
    else this.setLeaves(row, said === SAID.trade && known > executed ? Math.min(leaves, leavesQuantity) : leaves);
  }

  private setLeaves(row: number, leaves: number): void {
    const { table, positions } = this.parts;
    const delta = leaves - (table.leaves[row] as number);
    table.leaves[row] = leaves;
    if (delta === 0) return;
    positions.work(table.strategy[row] as number, table.instrument[row] as number, table.side[row] as number, delta);
  }

  /** Also counts who was refused before it was ever answered. */
  private keepReason(row: number, said: number, report: ExecutionReport): void {
    const { table, counts } = this.parts;
    table.reasons[row] = report.text();
    const isUnknown = said === SAID.unknown || said === SAID.statusUnknown;
    if (!isUnknown && said !== SAID.rejected && said !== SAID.statusRejected) return;
    if (table.acknowledged[row] !== 0) return;
    table.acknowledged[row] = 1;
    counts.add(isUnknown ? COUNT.neverReached : COUNT.rejected);
  }

  /** @returns the state of an order that was closed here and the venue goes on with, or may; else the one it has */
  private reopen(row: number, state: number, does: number, report: ExecutionReport): number {
    const { table, counts, queries } = this.parts;
    const quantity = table.quantity[row] as number;
    const executed = table.cumQuantity[row] as number;
    const life = lifeOf(report, executed, quantity);
    const isDoubted = life === LIFE.unsaid && (does & EFFECT.doubt) !== 0;
    if (life !== LIFE.open && !isDoubted) return state;
    if (state === ORDER_STATE.filled) counts.subtract(COUNT.filled);
    if (state === ORDER_STATE.neverReached) {
      counts.subtract(COUNT.neverReached);
      counts.add(COUNT.acknowledged);
    }
    table.reopen(row);
    this.setLeaves(row, isDoubted || Number.isNaN(report.leavesQuantity) ? quantity - executed : report.leavesQuantity);
    if (isDoubted) queries.doubted(row, 0);
    return isDoubted ? ORDER_STATE.inDoubt : this.restingState(row);
  }

  private ask(row: number, said: number): void {
    const { queries } = this.parts;
    if (said === SAID.replacementUnknown) queries.replacementUnknown(row);
    else queries.doubted(row, 0);
  }

  private nextState(row: number, entry: number): number {
    const next = NEXT_STATE[entry] as number;
    if (next === SAME) return this.parts.table.state[row] as number;
    return next === RESTING ? this.restingState(row) : next;
  }

  /** What the order is, apart from what was said last: see Target. */
  private restingState(row: number): number {
    const { table } = this.parts;
    if ((table.leaves[row] as number) <= 0) return ORDER_STATE.filled;
    if (table.cancelOrdinal[row] !== 0) return ORDER_STATE.pendingCancel;
    if (table.replaceOrdinal[row] !== 0) return ORDER_STATE.pendingReplace;
    if (table.hold[row] !== 0) return table.hold[row] as number;
    if ((table.cumQuantity[row] as number) > 0) return ORDER_STATE.partiallyFilled;
    if (table.replaced[row] !== 0) return ORDER_STATE.replaced;
    return table.acknowledged[row] !== 0 ? ORDER_STATE.new : ORDER_STATE.pendingNew;
  }

  /** Doubts, rows and counts follow the state. */
  private become(row: number, state: number): void {
    const { table, counts, queries } = this.parts;
    const before = table.state[row] as number;
    if (state === before) return;
    if (before === ORDER_STATE.inDoubt) {
      counts.subtract(COUNT.inDoubt);
      queries.settled(row);
    } else if (state === ORDER_STATE.inDoubt) counts.add(COUNT.inDoubt);
    table.state[row] = state;
    if (isOpen(state) || !isOpen(before)) return;
    if (state === ORDER_STATE.filled) counts.add(COUNT.filled);
    else if (state !== ORDER_STATE.rejected && state !== ORDER_STATE.neverReached) counts.add(COUNT.cancelled);
    table.release(row);
  }
}
