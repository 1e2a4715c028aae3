import { CELL } from '../native/layout.ts';
import type { EngineStats, EngineStatus, EngineStrategy, StrategyFault } from './engine.ts';
import type { CallWatch } from './loop/call-watch.ts';
import type { EngineLoop } from './loop/engine-loop.ts';
import type { LogWriter } from './loop/log-ring.ts';
import type { Playback } from './loop/playback.ts';
import type { StopSequence } from './loop/stop-sequence.ts';
import type { StrategySet } from './loop/strategy-set.ts';
import type { StrategySwap } from './loop/strategy-swap.ts';
import type { InstrumentRegistry } from './market/instrument-registry.ts';
import type { OrderCounts } from './orders/order-counts.ts';
import type { OrderLogWriter } from './orders/order-log.ts';
import { orderStats, reportStats, requestStats } from './orders/order-stats.ts';
import type { OrderTable } from './orders/order-table.ts';
import { HOUSE, instrumentReports, positionReports } from './orders/position-report.ts';
import type { Positions } from './orders/positions.ts';
import type { OrderGateway } from './ports/order-gateway.ts';
import type { Reconciliation } from './recovery/reconciliation.ts';
import type { KillSwitch } from './risk/kill-switch.ts';
import type { ReferencePrices } from './risk/reference-prices.ts';

export interface ReportParts {
  strategies: readonly EngineStrategy[];
  set: StrategySet;
  watch: CallWatch | undefined;
  faults: readonly (StrategyFault | null)[];
  counts: OrderCounts;
  table: OrderTable;
  positions: Positions;
  references: ReferencePrices;
  registry: InstrumentRegistry;
  kills: KillSwitch;
  reconciliation: Reconciliation;
  log: LogWriter;
  orderLog: OrderLogWriter;
  loop: EngineLoop;
  cells: Float64Array;
  stop: StopSequence;
  trading: { readonly armed: boolean; readonly recovering: boolean };
  gateway: Pick<OrderGateway, 'isReady'>;
  playback: Playback | undefined;
  swaps: StrategySwap;
}

/** What the engine has done, for the end of a run. Cold. */
export const engineStats = (parts: ReportParts, sessionLost: string | null): EngineStats => {
  const { counts, registry, positions, faults } = parts;
  const markOf = (handle: number): number => parts.references.of(handle, registry.all[handle]?.book.mid ?? Number.NaN);
  const [events = 0, gaps = 0, feedPauses = 0] = parts.loop.counters;
  return {
    turns: parts.cells[CELL.turns] as number,
    events,
    gaps,
    orders: orderStats(counts, parts.table.open),
    requests: requestStats(counts),
    reports: reportStats(counts),
    refusals: counts.refusalsByName(),
    positions: [...parts.strategies.map(({ id }) => id), HOUSE].flatMap((id, index) =>
      positionReports(id, positions.of(index), registry.all, markOf),
    ),
    instruments: instrumentReports(registry.all, markOf),
    asked: [...registry.asked].map(([symbol, { strategy, stack }]) => ({
      symbol,
      strategy: parts.strategies[strategy]?.id ?? HOUSE,
      stack,
    })),
    lastSequence: parts.cells[CELL.sequence] as number,
    strategies: strategyStates(parts).map((strategy, index) => ({
      ...strategy,
      fault: faults[index] ?? null,
      slow: parts.watch?.of(index) ?? null,
    })),
    swaps: parts.swaps.reports,
    kills: parts.kills.reports(),
    recovery: parts.reconciliation.report(),
    logDropped: parts.log.dropped,
    feedPauses,
    orderLogLost: parts.orderLog.lost,
    stopReason: parts.stop.reason,
    sessionLost,
  };
};

/** How the engine is. Without what grows with the instruments: it is asked for in the middle of the market. Cold. */
export const engineStatus = (parts: ReportParts): EngineStatus => ({
  armed: parts.trading.armed,
  recovering: parts.trading.recovering,
  sessionReady: parts.gateway.isReady(),
  recovery: parts.reconciliation.summary(),
  stopping: parts.stop.reason,
  orders: orderStats(parts.counts, parts.table.open),
  kills: parts.kills.reports(),
  refusals: parts.counts.refusalsByName(),
  strategies: strategyStates(parts),
  playback: parts.playback?.report() ?? null,
});

const strategyStates = ({ strategies, set }: ReportParts): EngineStatus['strategies'] =>
  strategies.map(({ id, bundle }, index) => ({ id, name: bundle.name, state: set.stateOf(index) }));
