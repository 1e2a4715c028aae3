import type { Order } from '../domain/order.ts';
import { ORDER_EVENTS, ORDER_STATES, type OrderEvent, type OrderState } from '../domain/order-state.ts';
import type { Side } from '../domain/side.ts';
import type { TimeInForce } from '../domain/time-in-force.ts';
import type { OrderTable } from './order-table.ts';
import type { QueuePlaces } from './queue-places.ts';

/** One row of the order table as a strategy sees it. */
class OrderView {
  readonly row: number;
  private readonly table: OrderTable;
  private readonly places: QueuePlaces;
  private readonly symbolOf: (handle: number) => string;

  constructor(table: OrderTable, places: QueuePlaces, row: number, symbolOf: (handle: number) => string) {
    this.table = table;
    this.places = places;
    this.row = row;
    this.symbolOf = symbolOf;
  }

  get id(): number {
    return this.table.ordinal[this.row] as number;
  }

  get state(): OrderState {
    return ORDER_STATES[this.table.state[this.row] as number] as OrderState;
  }

  get event(): OrderEvent {
    return ORDER_EVENTS[this.table.event[this.row] as number] as OrderEvent;
  }

  get instrument(): number {
    return this.table.instrument[this.row] as number;
  }

  get symbol(): string {
    return this.symbolOf(this.instrument);
  }

  get side(): Side {
    return this.table.side[this.row] as Side;
  }

  get timeInForce(): TimeInForce {
    return this.table.timeInForce[this.row] as TimeInForce;
  }

  get price(): number {
    return this.table.price[this.row] as number;
  }

  get quantity(): number {
    return this.table.quantity[this.row] as number;
  }

  get leaves(): number {
    return this.table.leaves[this.row] as number;
  }

  get filledQuantity(): number {
    return this.table.cumQuantity[this.row] as number;
  }

  get queueAhead(): number {
    return this.places.ahead(this.row);
  }

  get lastPrice(): number {
    return this.table.lastPrice[this.row] as number;
  }

  get lastQuantity(): number {
    return this.table.lastQuantity[this.row] as number;
  }

  get averagePrice(): number {
    return (this.table.executedValue[this.row] as number) / (this.table.cumQuantity[this.row] as number);
  }

  get reason(): string {
    return this.table.reasons[this.row] as string;
  }
}

/** One view a row, made once. */
export const orderViews = (
  table: OrderTable,
  places: QueuePlaces,
  symbolOf: (handle: number) => string,
): readonly Order[] =>
  Array.from({ length: table.capacity }, (_, row) => new OrderView(table, places, row, symbolOf) as Order);
