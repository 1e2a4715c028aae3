import { isOpen } from '../domain/order-state.ts';
import { POSITION } from '../domain/position.ts';
import type { JournalNotes } from '../journal/notes.ts';
import type { InstrumentRegistry } from '../market/instrument-registry.ts';
import type { Executions } from '../orders/executions.ts';
import type { OrderJournal } from '../orders/order-journal.ts';
import type { OrderTable } from '../orders/order-table.ts';
import type { Positions } from '../orders/positions.ts';

export interface CarryParts {
  table: OrderTable;
  positions: Positions;
  executions: Executions;
  registry: InstrumentRegistry;
  journal: OrderJournal;
  notes: JournalNotes;
  /** Names by index, the house behind the last. */
  strategies: readonly string[];
}

/**
 * Writes down what this run begins with, so that everything before it is history: a start reads from here on. Until the
 * last of it is written the run before stands.
 */
export const carry = (parts: CarryParts): void => {
  const { table, journal, notes } = parts;
  for (let row = 0; row < table.capacity; row += 1) if (isOpen(table.state[row] as number)) journal.carried(row);
  carryPositions(parts);
  carryExecutions(parts);
  notes.carried();
};

function carryPositions({ positions, registry, notes, strategies }: CarryParts): void {
  for (const [index, strategy] of strategies.entries()) {
    for (const { handle, symbol } of registry.all) {
      const at = positions.at(index, handle);
      const of = (field: number): number => positions.all[at + field] as number;
      const [quantity, cost, realizedPnl] = [of(POSITION.quantity), of(POSITION.cost), of(POSITION.realizedPnl)];
      const [bought, sold] = [of(POSITION.bought), of(POSITION.sold)];
      if ([quantity, cost, realizedPnl, bought, sold].every((value) => value === 0)) continue;
      notes.carriedPosition({ strategy, symbol, quantity, cost, realizedPnl, bought, sold });
    }
  }
}

/** Under the numbers that this run has for them: it changes them by these. */
function carryExecutions({ executions, registry, notes, strategies }: CarryParts): void {
  for (const entry of executions.entries()) {
    const of = (column: Float64Array | Int32Array): number => column[entry] as number;
    notes.carriedExecution({
      serial: of(executions.serial),
      execId: executions.execId(entry),
      idLength: of(executions.lengths),
      idHash: of(executions.hashes),
      key: of(executions.key),
      strategy: strategies[of(executions.strategy)] as string,
      symbol: registry.all[of(executions.instrument)]?.symbol as string,
      side: of(executions.side),
      status: of(executions.status),
      successor: executions.successorSerial(entry),
      price: of(executions.price),
      quantity: of(executions.quantity),
    });
  }
}
