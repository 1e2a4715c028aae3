import type { FillSnapshot, FillView } from '../strategy/views.ts';
import type { OrderTable } from './order-table.ts';

/** The latest execution of the order at `row`. */
export class OrderFillView implements FillView {
  row = 0;
  private readonly table: OrderTable;
  private readonly symbolOf: (handle: number) => string;

  constructor(table: OrderTable, symbolOf: (handle: number) => string) {
    this.table = table;
    this.symbolOf = symbolOf;
  }

  get orderId(): number {
    return this.table.ordinal[this.row] as number;
  }

  get instrument(): number {
    return this.table.instrument[this.row] as number;
  }

  get symbol(): string {
    return this.symbolOf(this.instrument);
  }

  get side(): number {
    return this.table.side[this.row] as number;
  }

  get price(): number {
    return this.table.lastPrice[this.row] as number;
  }

  get quantity(): number {
    return this.table.lastQuantity[this.row] as number;
  }

  snapshot(): FillSnapshot {
    const { orderId, instrument, symbol, side, price, quantity } = this;
    return { orderId, instrument, symbol, side, price, quantity };
  }
}
