import { CHANGE, CHANGE_DOUBLES } from '../domain/position.ts';
import type { OrderTable } from './order-table.ts';

/** More than one report can cause, several deep: what is told of an order may cause the next report in the same breath. */
const CAPACITY = 256;
const LAST_PRICE = CHANGE_DOUBLES;
const DOUBLES = CHANGE_DOUBLES + 1;

/**
 * What one report made of an order, in order: each is journalled and told once all of it has been applied, so that nobody
 * acts on half a report.
 */
export class Happenings {
  /** One of ORDER_EVENT; 1 in `silent` where it is not told. */
  readonly events = new Int32Array(CAPACITY);
  readonly silent = new Uint8Array(CAPACITY);
  private readonly numbers = new Float64Array(CAPACITY * DOUBLES);
  count = 0;

  /** What table.change executes, at the row's lastPrice. @param isSilent the strategy has heard it in other words */
  add(event: number, isSilent: boolean, table: OrderTable, row: number): void {
    const at = this.count;
    if (at === CAPACITY) throw new Error('Reports within reports, without an end.');
    this.events[at] = event;
    this.silent[at] = isSilent ? 1 : 0;
    const { change } = table;
    this.numbers[at * DOUBLES + CHANGE.quantity] = change[CHANGE.quantity] as number;
    this.numbers[at * DOUBLES + CHANGE.value] = change[CHANGE.value] as number;
    this.numbers[at * DOUBLES + CHANGE.isNamed] = change[CHANGE.isNamed] as number;
    this.numbers[at * DOUBLES + LAST_PRICE] = table.lastPrice[row] as number;
    this.count = at + 1;
  }

  /** Shows a happening in the order's row and in table.change. */
  show(index: number, table: OrderTable, row: number): void {
    const at = index * DOUBLES;
    const { change } = table;
    change[CHANGE.quantity] = this.numbers[at + CHANGE.quantity] as number;
    change[CHANGE.value] = this.numbers[at + CHANGE.value] as number;
    change[CHANGE.isNamed] = this.numbers[at + CHANGE.isNamed] as number;
    if (change[CHANGE.quantity] === 0) return;
    table.lastPrice[row] = this.numbers[at + LAST_PRICE] as number;
    table.lastQuantity[row] = Math.abs(change[CHANGE.quantity] as number);
  }
}
