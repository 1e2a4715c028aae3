import { HotlapError } from '../domain/errors.ts';
import { ORDER_STATE } from '../domain/order-state.ts';
import { POSITION } from '../domain/position.ts';
import { IMAGE, IMAGE_DOUBLES } from '../journal/records.ts';
import type { RecoveredState } from '../journal/recovered.ts';
import type { InstrumentRegistry } from '../market/instrument-registry.ts';
import type { Executions } from '../orders/executions.ts';
import { COUNT, type OrderCounts } from '../orders/order-counts.ts';
import type { OrderTable } from '../orders/order-table.ts';
import { HOUSE } from '../orders/position-report.ts';
import type { Positions } from '../orders/positions.ts';
import type { StatusQueries } from '../orders/status-queries.ts';

export interface RestoreParts {
  table: OrderTable;
  positions: Positions;
  executions: Executions;
  registry: InstrumentRegistry;
  counts: OrderCounts;
  queries: StatusQueries;
  /** Names by index, the house behind the last. */
  strategies: readonly string[];
  /** Hears of each order whose strategy is not loaded, and of the house's. */
  leftBehind?: (strategy: string, row: number) => void;
}

/**
 * Puts what an earlier run has left into table, positions and executions, before any strategy is set up. What belonged to
 * a strategy that is not loaded any more is the house's.
 */
export const restore = (recovered: RecoveredState, parts: RestoreParts): void => {
  const { registry, table, positions } = parts;
  for (const position of recovered.positions) {
    const { strategy, symbol } = position;
    const index = indexOf(parts, strategy);
    const instrument = registry.ask(symbol).handle;
    const held = positions.all.subarray(positions.at(index, instrument));
    const before = (field: number): number => held[field] as number;
    // Several strategies that are gone may have held the same.
    positions.set(index, instrument, {
      quantity: before(POSITION.quantity) + position.quantity,
      cost: before(POSITION.cost) + position.cost,
      realizedPnl: before(POSITION.realizedPnl) + position.realizedPnl,
      bought: before(POSITION.bought) + position.bought,
      sold: before(POSITION.sold) + position.sold,
    });
  }
  restoreExecutions(recovered, parts);
  const { length } = recovered.orders;
  if (length / IMAGE_DOUBLES > table.capacity) {
    throw new HotlapError(
      'ERR_RECOVERY_ORDERS',
      `${length / IMAGE_DOUBLES} orders of an earlier run are open, and the order table holds ${table.capacity}: cancel some at the venue, and start the version that has sent them once more.`,
    );
  }
  for (let at = 0; at < length; at += IMAGE_DOUBLES) restoreOrder(recovered, at, parts);
};

const indexOf = ({ strategies }: RestoreParts, name: string): number => {
  const index = strategies.indexOf(name);
  return index < 0 ? strategies.length - 1 : index;
};

function restoreExecutions(recovered: RecoveredState, parts: RestoreParts): void {
  const { registry, executions } = parts;
  const entries = new Map<number, number>();
  for (const { serial, execId, idLength, idHash, ...of } of recovered.executions) {
    const entry = executions.restore(execId, idLength, idHash);
    entries.set(serial, entry);
    executions.key[entry] = of.key;
    executions.strategy[entry] = indexOf(parts, of.strategy);
    executions.instrument[entry] = registry.ask(of.symbol).handle;
    executions.side[entry] = of.side;
    executions.price[entry] = of.price;
    executions.quantity[entry] = of.quantity;
    executions.status[entry] = of.status;
  }
  for (const { serial, successor } of recovered.executions) {
    const next = entries.get(successor);
    if (next !== undefined) executions.successor[entries.get(serial) as number] = next;
  }
  // `carry` writes all of them.
  executions.written(executions.changes);
}

function restoreOrder({ orders, strategies, symbols }: RecoveredState, at: number, parts: RestoreParts): void {
  const { table, positions, registry, counts, queries } = parts;
  const of = (slot: number): number => orders[at + slot] as number;
  const name = strategies[of(IMAGE.strategy)] ?? HOUSE;
  const strategy = indexOf(parts, name);
  const instrument = registry.ask(symbols[of(IMAGE.instrument)] ?? '').handle;
  const row = table.restore(orders, at, strategy, instrument);
  positions.work(strategy, instrument, of(IMAGE.side), of(IMAGE.leaves));
  if (strategy === parts.strategies.length - 1) parts.leftBehind?.(name, row);
  if (of(IMAGE.state) !== ORDER_STATE.inDoubt) return;
  counts.add(COUNT.inDoubt);
  // What is in doubt of it may be its replacement.
  const replacement = of(IMAGE.replaceOrdinal);
  if (replacement !== 0) table.clearReplace(row);
  queries.doubted(row, replacement);
}
