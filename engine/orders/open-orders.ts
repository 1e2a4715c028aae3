import { isOpen, ORDER_STATES, type OrderState } from '../domain/order-state.ts';
import type { Side } from '../domain/side.ts';
import { COLUMN, HEADER, INT_COLUMN, orderTableLayout } from './order-table-layout.ts';

/** An open order as another thread sees it: enough to cancel it without the loop. */
export interface OpenOrder {
  row: number;
  /** Goes into OrigClOrdID(41). */
  ordinal: number;
  /** Of a replace that was not answered: the order may be known by this by now. 0 for none. */
  replaceOrdinal: number;
  strategy: number;
  instrument: number;
  symbol: string;
  side: Side;
  price: number;
  quantity: number;
  leaves: number;
  /** See OrderTermsTable. */
  terms: number;
  state: OrderState;
}

/** Reads the open orders of a table whose owner has stopped, or may be stuck. */
export const openOrders = (buffer: SharedArrayBuffer): OpenOrder[] => {
  const layout = orderTableLayout(buffer);
  const states = layout.ints(INT_COLUMN.state);
  const double = (column: number, row: number) => layout.doubles(column)[row] as number;
  const int = (column: number, row: number) => layout.ints(column)[row] as number;
  const orders: OpenOrder[] = [];
  for (let row = 0; row < layout.capacity; row += 1) {
    const state = states[row] as number;
    if (!isOpen(state)) continue;
    const instrument = int(INT_COLUMN.instrument, row);
    orders.push({
      row,
      ordinal: double(COLUMN.ordinal, row),
      replaceOrdinal: double(COLUMN.replaceOrdinal, row),
      strategy: int(INT_COLUMN.strategy, row),
      instrument,
      symbol: symbolOf(layout.symbols, instrument),
      side: int(INT_COLUMN.side, row) as Side,
      price: double(COLUMN.price, row),
      quantity: double(COLUMN.quantity, row),
      leaves: double(COLUMN.leaves, row),
      terms: int(INT_COLUMN.terms, row),
      state: ORDER_STATES[state] as OrderState,
    });
  }
  return orders;
};

const symbolOf = (symbols: Uint8Array, instrument: number): string => {
  const bytes = symbols.slice(instrument * HEADER.symbolBytes, (instrument + 1) * HEADER.symbolBytes);
  const end = bytes.indexOf(0);
  return String.fromCharCode(...bytes.subarray(0, end < 0 ? bytes.length : end));
};
