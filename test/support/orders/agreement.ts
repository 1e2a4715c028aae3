import { isOpen, ORDER_STATE, ORDER_STATES } from '../../../engine/domain/order-state.ts';
import { POSITION } from '../../../engine/domain/position.ts';
import type { OrderTable } from '../../../engine/orders/order-table.ts';
import type { Positions } from '../../../engine/orders/positions.ts';
import { type LedgerOrder, type LedgerPosition, ledgerPositions } from '../../../simulator/index.ts';
import { CLORDID_PREFIX, isUnsettled, type OrderWorld } from './order-world.ts';
import { SYMBOLS } from './synthetic-market.ts';

/** What an order of the venue may be here, by OrdStatus(39). */
const STATES: Record<string, readonly number[]> = {
  '0': [ORDER_STATE.new, ORDER_STATE.replaced],
  '1': [ORDER_STATE.partiallyFilled],
  '2': [ORDER_STATE.filled],
  '4': [ORDER_STATE.cancelled],
  '8': [ORDER_STATE.rejected, ORDER_STATE.neverReached],
};
/** What the venue need not know of: it never came so far. */
const NEVER_THERE: readonly number[] = [ORDER_STATE.rejected, ORDER_STATE.neverReached];

const ordinalOf = (clOrdId: string): number => Number(clOrdId.slice(CLORDID_PREFIX.length));

/** Where engine and exchange do not say the same, a sentence each; both must be at rest. */
export function disagreements(world: OrderWorld): string[] {
  const wrong: string[] = [];
  const ledger = world.exchange.ledger();
  const rows = rowsByOrdinal(world.table);
  for (const order of ledger) {
    const row = order.clOrdIds.map((id) => rows.get(ordinalOf(id))).find((found) => found !== undefined);
    if (row === undefined) {
      // A row is used again when its order is over, never before.
      if (order.isOpen) wrong.push(`${nameOf(order)} is open at the venue and unknown here`);
      continue;
    }
    rows.delete(world.table.ordinal[row]);
    for (const id of order.clOrdIds) rows.delete(ordinalOf(id));
    compare(world.table, row, order, wrong);
  }
  for (const [ordinal, row] of rows) {
    const state = world.table.state[row];
    if (!NEVER_THERE.includes(state)) wrong.push(`order ${ordinal} is ${ORDER_STATES[state]} here, unknown there`);
  }
  comparePositions(world, ledger, wrong);
  const { lostReports } = world.exchange.stats();
  if (lostReports > 0) wrong.push(`the venue has lost ${lostReports} reports`);
  return wrong;
}

function rowsByOrdinal(table: OrderTable): Map<number, number> {
  const rows = new Map<number, number>();
  for (let row = 0; row < table.capacity; row++) {
    if (table.state[row] !== ORDER_STATE.none) rows.set(table.ordinal[row], row);
  }
  return rows;
}

function compare(table: OrderTable, row: number, order: LedgerOrder, wrong: string[]): void {
  const name = nameOf(order);
  const state = table.state[row];
  const differs = (what: string, here: unknown, there: unknown): void => {
    if (here !== there) wrong.push(`${name}: ${what} is ${here} here, ${there} there`);
  };
  if (isUnsettled(state)) wrong.push(`${name} is still ${ORDER_STATES[state]}`);
  else if (!STATES[order.status].includes(state))
    wrong.push(`${name} is ${ORDER_STATES[state]} here, OrdStatus ${order.status} there`);
  differs('being open', isOpen(state), order.isOpen);
  differs('CumQty', table.cumQuantity[row], order.filled);
  differs('the executed value', table.executedValue[row], order.notional);
  if (state === ORDER_STATE.rejected || state === ORDER_STATE.neverReached) return;
  differs('ClOrdID', table.ordinal[row], ordinalOf(order.clOrdIds.at(-1) as string));
  differs('OrderQty', table.quantity[row], order.quantity);
  differs('Price', table.price[row], order.price);
  differs('LeavesQty', table.leaves[row], order.isOpen ? order.quantity - order.filled : 0);
}

function comparePositions(world: OrderWorld, ledger: readonly LedgerOrder[], wrong: string[]): void {
  const theirs = ledgerPositions(ledger);
  for (const [handle, symbol] of SYMBOLS.entries()) {
    const here = positionOf(world.positions, handle);
    const there = theirs.get(symbol) ?? { bought: 0, sold: 0, cash: 0 };
    const quantity = there.bought - there.sold;
    const same = here.bought === there.bought && here.sold === there.sold && here.quantity === quantity;
    if (same && here.cash === there.cash) continue;
    const told = { ...there, quantity };
    wrong.push(`${symbol}: the position is ${JSON.stringify(here)} here, ${JSON.stringify(told)} there`);
  }
}

/** Of all strategies and the house. What was received less what was paid is the profit so far, less what the open quantity cost. */
function positionOf(positions: Positions, handle: number): LedgerPosition & { quantity: number } {
  const sum = { bought: 0, sold: 0, cash: 0, quantity: 0 };
  for (let row = 0; row <= positions.house; row++) {
    const of = (field: number): number => positions.all[positions.at(row, handle) + field];
    sum.bought += of(POSITION.bought);
    sum.sold += of(POSITION.sold);
    sum.quantity += of(POSITION.quantity);
    sum.cash += of(POSITION.realizedPnl) - of(POSITION.cost);
  }
  return sum;
}

const nameOf = ({ clOrdIds, symbol, orderNumber }: LedgerOrder): string =>
  `${symbol} order ${clOrdIds.join(' > ')} (${orderNumber})`;
