/** What the main thread writes down while it ends what a dead loop has left: as the loop would have, into the same journal. */
import type { ExecutionReport } from '../engine/domain/execution.ts';
import { ORDER_EVENT, ORDER_STATE } from '../engine/domain/order-state.ts';
import { ImageWriter } from '../engine/journal/image-writer.ts';
import { JOURNAL_KIND } from '../engine/journal/records.ts';
import { Executions } from '../engine/orders/executions.ts';
import { OrderTable } from '../engine/orders/order-table.ts';
import { Positions } from '../engine/orders/positions.ts';
import { CAUSE, CELL } from '../native/index.ts';
import type { EnginePlan } from './engine-plan.ts';
import type { JournalWriter } from './order-journal.ts';

/** Who the journal says has done it. */
export const WATCHDOG = 'watchdog';

export class TakeoverJournal {
  readonly #table: OrderTable;
  readonly #writer: JournalWriter | undefined;
  readonly #images: ImageWriter | undefined;
  readonly #cells: Float64Array;

  /** @param cells clock of this thread, at CELL.nowNs @param writer absent: nothing is kept, numbers go on all the same */
  constructor({ memory }: EnginePlan, cells: Float64Array, writer: JournalWriter | undefined) {
    this.#table = new OrderTable(memory.orders);
    this.#table.numbers = writer?.journal;
    this.#writer = writer;
    this.#cells = cells;
    const positions = new Positions(memory.positions);
    this.#images = writer && new ImageWriter(writer.journal, this.#table, positions, new Executions(1), cells);
  }

  /** Number of the next message; -1 where none is left that is on the disk. */
  takeOrdinal(): number {
    return this.#table.takeOrdinal();
  }

  /** About to leave. */
  cancelling(row: number, ordinal: number): void {
    const table = this.#table;
    table.setCancel(row, ordinal);
    if (table.state[row] !== ORDER_STATE.inDoubt) table.state[row] = ORDER_STATE.pendingCancel;
    this.#images?.order(JOURNAL_KIND.cancel, row, ORDER_EVENT.none, CAUSE.control);
  }

  /** The transport did not take it. */
  notSent(row: number): void {
    this.#table.clearCancel(row);
    this.#images?.order(JOURNAL_KIND.notSent, row, ORDER_EVENT.none, CAUSE.control);
  }

  /**
   * The venue says that the order is over. One that has executed more than is known here stays open in the journal: the
   * next start asks the venue, and books what it counts.
   */
  ended(row: number, report: ExecutionReport): void {
    const table = this.#table;
    const { cumQuantity } = report;
    if (Number.isNaN(cumQuantity) || cumQuantity !== table.cumQuantity[row]) return;
    table.state[row] = ORDER_STATE.cancelled;
    table.leaves[row] = 0;
    this.#images?.report(JOURNAL_KIND.report, row, report, ORDER_EVENT.cancelled);
  }

  massCancelling(ordinal: number): void {
    const answer = 'An OrderMassCancelRequest(q) leaves for what the loop has left open.';
    this.#command('massCancel', { ordinal }, true, answer);
  }

  /** The transport did not take it in time. */
  massCancelNotSent(ordinal: number): void {
    this.#command('massCancel', { ordinal }, false, 'The OrderMassCancelRequest(q) has not left.');
  }

  /** The strategy is latched: the next run begins with its kill switch set. */
  killed(strategy: string, reason: string): void {
    const scope = `strategy:${strategy}`;
    this.#writer?.notes.kill({ timeNs: this.#nowNs(), who: WATCHDOG, scope, killed: true, reason });
  }

  close(): void {
    this.#writer?.close();
  }

  #command(command: string, args: Record<string, unknown>, ok: boolean, answer: string): void {
    const record = { timeNs: this.#nowNs(), who: WATCHDOG, command, arguments: args, ok, answer };
    this.#writer?.notes.command(record);
  }

  #nowNs(): number {
    return this.#cells[CELL.nowNs];
  }
}
