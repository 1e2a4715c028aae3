import { CELL } from '../../native/layout.ts';
import { ORDER_STATE } from '../domain/order-state.ts';
import type { OrderTable } from '../orders/order-table.ts';

/** Rows that one turn looks at. */
const ROWS_PER_TURN = 1_024;

/**
 * How long the venue has owed an answer to an order, a replace or a cancel. Seen by looking now and then, so that a send
 * costs nothing: a time may be short by as much as lies between two looks, and is never too long.
 */
export class LagWatch {
  readonly isOn: boolean;
  private readonly table: OrderTable;
  private readonly limitNs: number;
  private readonly late: (lagNs: number) => void;
  /** By row: the number that was waiting for its answer at the last look, and since when. */
  private readonly waiting: Float64Array;
  private readonly sinceNs: Float64Array;
  private row = 0;

  /** @param limitNs null: no limit */
  constructor(table: OrderTable, limitNs: number | null, late: (lagNs: number) => void) {
    this.table = table;
    this.isOn = limitNs !== null;
    this.limitNs = limitNs ?? Number.POSITIVE_INFINITY;
    this.late = late;
    this.waiting = new Float64Array(table.capacity);
    this.sinceNs = new Float64Array(table.capacity);
  }

  forget(): void {
    this.waiting.fill(0);
  }

  /** Goes on with a pass over all rows. The time is read from its cell: a double in a call costs 16 bytes. @returns true while more is left */
  look(cells: Float64Array): boolean {
    const { table, waiting, sinceNs } = this;
    const now = cells[CELL.nowNs] as number;
    const end = Math.min(table.capacity, this.row + ROWS_PER_TURN);
    for (; this.row < end; this.row += 1) {
      const { row } = this;
      const number = this.owed(row);
      if (number === 0) continue;
      if (waiting[row] !== number) {
        waiting[row] = number;
        sinceNs[row] = now;
      } else if (now - (sinceNs[row] as number) > this.limitNs) {
        waiting[row] = 0;
        this.late(now - (sinceNs[row] as number));
      }
    }
    if (this.row < table.capacity) return true;
    this.row = 0;
    return false;
  }

  /** Number of what the venue has not answered; 0 for nothing. An order in doubt is asked for, and not waited for. */
  private owed(row: number): number {
    const { table } = this;
    switch (table.state[row]) {
      case ORDER_STATE.pendingNew:
        return table.ordinal[row] as number;
      case ORDER_STATE.pendingReplace:
        return table.replaceOrdinal[row] as number;
      case ORDER_STATE.pendingCancel:
        return table.cancelOrdinal[row] as number;
      default:
        return 0;
    }
  }
}
