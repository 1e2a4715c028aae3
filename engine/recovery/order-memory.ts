import { isOpen, ORDER_STATE, ORDER_STATES, type OrderState } from '../domain/order-state.ts';
import type { Finding, RecoveredOrder } from '../domain/recovery-report.ts';
import { Side } from '../domain/side.ts';
import type { OrderTable } from '../orders/order-table.ts';

/** What each order was before the venue was asked: by row, so that nothing is allocated for an answer. */
export class OrderMemory {
  private readonly table: OrderTable;
  private readonly state: Uint8Array;
  private readonly acknowledged: Uint8Array;
  private readonly cumQuantity: Float64Array;
  private readonly price: Float64Array;
  private readonly quantity: Float64Array;

  constructor(table: OrderTable) {
    this.table = table;
    this.state = new Uint8Array(table.capacity);
    this.acknowledged = new Uint8Array(table.capacity);
    this.cumQuantity = new Float64Array(table.capacity);
    this.price = new Float64Array(table.capacity);
    this.quantity = new Float64Array(table.capacity);
  }

  remember(row: number): void {
    const { table } = this;
    this.state[row] = table.state[row] as number;
    this.acknowledged[row] = table.acknowledged[row] as number;
    this.recount(row);
  }

  /** Reports have come meanwhile: what they told is no news of the answer's. */
  recount(row: number): void {
    const { table } = this;
    this.cumQuantity[row] = table.cumQuantity[row] as number;
    this.price[row] = table.price[row] as number;
    this.quantity[row] = table.quantity[row] as number;
  }

  executed(row: number): number {
    return (this.table.cumQuantity[row] as number) - (this.cumQuantity[row] as number);
  }

  /**
   * What became of an order.
   * @param isTold a report has ended it, so that there was nothing to ask @returns `confirmed` where it is no news
   */
  finding(row: number, isTold: boolean, cancelOnDisconnect: boolean): Finding | 'confirmed' {
    const { table } = this;
    const was = this.state[row] as number;
    const is = table.state[row] as number;
    const isWorking = isOpen(is);
    const isChanged = table.price[row] !== this.price[row] || table.quantity[row] !== this.quantity[row];
    if (this.acknowledged[row] === 0) return 'resolved';
    if (isTold) return 'confirmed';
    if (isChanged && was !== ORDER_STATE.pendingReplace) return 'difference';
    if (this.executed(row) !== 0) return 'difference';
    if (!isWorking)
      return was === ORDER_STATE.pendingCancel || (is === ORDER_STATE.cancelled && cancelOnDisconnect)
        ? 'resolved'
        : 'difference';
    return was === ORDER_STATE.pendingCancel || was === ORDER_STATE.pendingReplace ? 'resolved' : 'confirmed';
  }

  told(row: number, finding: Finding, strategy: string, symbol: string): RecoveredOrder {
    const { table } = this;
    return {
      finding,
      ordinal: table.ordinal[row] as number,
      strategy,
      symbol,
      side: table.side[row] === Side.Buy ? 'buy' : 'sell',
      was: ORDER_STATES[this.state[row] as number] ?? 'none',
      is: ORDER_STATES[table.state[row] as number] as OrderState,
      executed: this.executed(row),
      leaves: table.leaves[row] as number,
    };
  }
}
