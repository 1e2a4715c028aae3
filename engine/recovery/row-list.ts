import { isOpen } from '../domain/order-state.ts';
import type { Finding, RecoveredOrder } from '../domain/recovery-report.ts';
import type { OrderTable } from '../orders/order-table.ts';

/** Rows that a reconciliation waits for, in no order: looked at a few a turn, each taken out in constant time. */
export class RowList {
  count = 0;
  private readonly rows: Int32Array;
  private readonly listed: Uint8Array;
  private cursor = 0;

  constructor(capacity: number) {
    this.rows = new Int32Array(capacity);
    this.listed = new Uint8Array(capacity);
  }

  has(row: number): boolean {
    return this.listed[row] === 1;
  }

  add(row: number): void {
    if (this.listed[row] === 1) return;
    this.listed[row] = 1;
    this.rows[this.count] = row;
    this.count += 1;
  }

  clear(): void {
    this.count = 0;
    this.listed.fill(0);
  }

  /** @param isOver asked of each; what it says so of is taken out @returns how many were */
  look(limit: number, isOver: (row: number) => boolean): number {
    let over = 0;
    const rows = Math.min(limit, this.count);
    // All of them: a look that has found nothing leaves nothing behind.
    if (rows === this.count) this.cursor = 0;
    for (let looked = 0; looked < rows; looked += 1) {
      if (this.cursor >= this.count) this.cursor = 0;
      const row = this.rows[this.cursor] as number;
      if (!isOver(row)) {
        this.cursor += 1;
        continue;
      }
      this.count -= 1;
      this.rows[this.cursor] = this.rows[this.count] as number;
      this.listed[row] = 0;
      over += 1;
    }
    return over;
  }

  each(visit: (row: number) => void): void {
    for (let at = 0; at < this.count; at += 1) visit(this.rows[at] as number);
  }

  /** Adds every open order. */
  addOpen(table: OrderTable): void {
    for (let row = 0; row < table.capacity; row += 1) if (isOpen(table.state[row] as number)) this.add(row);
  }
}

/** Of one reconciliation, told singly; more are counted only. */
const MAX_TOLD_ORDERS = 1_000;

const NO_FINDINGS: Readonly<Record<Finding, number>> = {
  resolved: 0,
  difference: 0,
  unknown: 0,
  foreign: 0,
  unanswered: 0,
};

/** What reconciliations have found: counts, all and those not settled yet, and the first orders singly. */
export class Findings {
  readonly counts = { ...NO_FINDINGS };
  readonly unsettled = { ...NO_FINDINGS };
  readonly orders: RecoveredOrder[] = [];

  /** A person has overruled it, or policy accepts it: it is no reason against a later round. */
  settle(): void {
    Object.assign(this.unsettled, NO_FINDINGS);
  }

  add(order: RecoveredOrder): void {
    this.counts[order.finding] += 1;
    this.unsettled[order.finding] += 1;
    if (this.orders.length < MAX_TOLD_ORDERS) this.orders.push(order);
  }
}
