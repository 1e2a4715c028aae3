import { HotlapError } from '../domain/errors.ts';
import type { ExecutionReport } from '../domain/execution.ts';
import { ORDER_STATE } from '../domain/order-state.ts';
import type { RecoveredOrder } from '../domain/recovery-report.ts';
import { Side } from '../domain/side.ts';
import { TimeInForce } from '../domain/time-in-force.ts';
import type { InstrumentRegistry } from '../market/instrument-registry.ts';
import type { Executions } from '../orders/executions.ts';
import type { OrderTable } from '../orders/order-table.ts';
import type { Positions } from '../orders/positions.ts';

export interface AdoptionParts {
  table: OrderTable;
  executions: Executions;
  positions: Positions;
  registry: InstrumentRegistry;
  /** Names by index, the house behind the last. */
  strategies: readonly string[];
}

/** Orders that the venue names and nobody here knows: they get a row of the house, and the venue is asked about each. */
export class Adoption {
  /** Orders of the round under way that could not be taken over. */
  failed = 0;
  private readonly parts: AdoptionParts;
  private readonly rows = new Set<number>();
  /** Told once each. */
  private readonly foreign = new Set<string>();

  constructor(parts: AdoptionParts) {
    this.parts = parts;
  }

  begin(): void {
    this.failed = 0;
    this.rows.clear();
  }

  has(row: number): boolean {
    return this.rows.has(row);
  }

  each(visit: (row: number) => void): void {
    for (const row of this.rows) visit(row);
  }

  /** @returns its row; -1 for an order that is not taken over, with what is to be told of it */
  adopt(report: ExecutionReport): { row: number; order?: RecoveredOrder } {
    const { table, positions, strategies } = this.parts;
    const ordinal = report.clOrdOrdinal;
    if (ordinal <= 0) return { row: -1, ...this.stranger(report) };
    const instrument = this.instrumentOf(report);
    const quantity = Number.isNaN(report.orderQuantity)
      ? report.leavesQuantity + report.cumQuantity
      : report.orderQuantity;
    if (instrument < 0 || !(quantity > 0) || report.side === 0 || table.full) {
      this.failed += 1;
      return { row: -1, order: told(report, 'unknown') };
    }
    const strategy = strategies.length - 1;
    const row = table.take(ordinal);
    table.strategy[row] = strategy;
    table.instrument[row] = instrument;
    table.side[row] = report.side;
    table.timeInForce[row] = TimeInForce.Day;
    table.price[row] = report.price;
    table.quantity[row] = quantity;
    this.takeExecutions(row, report);
    const leaves = Math.max(0, quantity - (table.cumQuantity[row] as number));
    table.leaves[row] = leaves;
    table.state[row] = ORDER_STATE.none;
    positions.work(strategy, instrument, report.side, leaves);
    this.rows.add(row);
    return { row };
  }

  /** The symbol may have been unknown when the order was named, and its price unread. @returns whether it is known now */
  complete(row: number, report: ExecutionReport): boolean {
    const { price } = this.parts.table;
    if (Number.isNaN(price[row] as number)) price[row] = report.price;
    return !Number.isNaN(price[row] as number);
  }

  /** What the house holds of it already, because it was told before anybody knew the order: it does not count again. */
  private takeExecutions(row: number, { clOrdOrdinal, origClOrdOrdinal }: ExecutionReport): void {
    const { table, executions } = this.parts;
    const sums = new Float64Array(2);
    executions.move(clOrdOrdinal, clOrdOrdinal, sums);
    if (origClOrdOrdinal > 0 && origClOrdOrdinal !== clOrdOrdinal)
      executions.move(origClOrdOrdinal, clOrdOrdinal, sums);
    table.cumQuantity[row] = sums[0] as number;
    table.executedValue[row] = sums[1] as number;
  }

  private stranger(report: ExecutionReport): { order?: RecoveredOrder } {
    const clOrdId = report.clOrdId();
    if (this.foreign.has(clOrdId)) return {};
    this.foreign.add(clOrdId);
    return { order: { ...told(report, 'foreign'), clOrdId } };
  }

  private instrumentOf(report: ExecutionReport): number {
    if (report.instrument >= 0) return report.instrument;
    try {
      return this.parts.registry.ask(report.symbol()).handle;
    } catch (error) {
      if (error instanceof HotlapError) return -1;
      throw error;
    }
  }
}

const told = (report: ExecutionReport, finding: RecoveredOrder['finding']): RecoveredOrder => ({
  finding,
  ordinal: Math.max(0, report.clOrdOrdinal),
  strategy: '',
  symbol: report.symbol(),
  side: report.side === Side.Sell ? 'sell' : 'buy',
  was: 'none',
  is: 'new',
  executed: 0,
  leaves: Number.isNaN(report.leavesQuantity) ? 0 : report.leavesQuantity,
});
