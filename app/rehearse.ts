import type { EngineStrategy } from '../engine/engine.ts';
import { OrderLogReader } from '../engine/orders/order-log.ts';
import { DEFAULT_RISK_LIMITS, type RiskLimits } from '../engine/risk/limits.ts';
import { CELL, CELLS_DOUBLES } from '../native/index.ts';
import { DEFAULT_SIMULATION } from './config/index.ts';
import type { EnginePlan, RecordingPlan } from './engine-plan.ts';
import { openReplay } from './open-engine.ts';
import { rehearsalDriver } from './rehearsal-driver.ts';
import { createPlanMemory } from './shared-memory.ts';

/** Symbols of the recording that a rehearsal plays: the n-th that a strategy asks for stands in for its n-th. */
const REHEARSAL_SYMBOLS = ['AAPL', 'MSFT', 'NVDA', 'AMZN', 'META', 'GOOGL', 'TSLA', 'AMD'];

/** Recorded time flies here: rates that suit a day would refuse nearly every order of the driver. */
const UNLIMITED: RiskLimits = {
  ...DEFAULT_RISK_LIMITS,
  ordersPerSecond: 1e9,
  strategyOrdersPerSecond: 1e9,
};

/**
 * Runs the whole path (decoder, book, strategies, risk, FIX, fills) over a synthetic recording with an engine that is
 * thrown away, so that V8 has compiled it all before the first real event. Nothing of it is counted or logged.
 */
export function rehearse(
  plan: EnginePlan,
  recording: RecordingPlan & { readonly messages: number },
  strategies: readonly EngineStrategy[],
): void {
  const stand = new Map<string, string>();
  const standIn = (symbol: string): string => {
    if (!stand.has(symbol)) stand.set(symbol, REHEARSAL_SYMBOLS[stand.size % REHEARSAL_SYMBOLS.length]);
    return stand.get(symbol) as string;
  };
  // The watchdog sees the rehearsal as well: a strategy that never returns may do so here first.
  const { heartbeat } = plan.memory;
  const memory = { ...createPlanMemory(plan.loop.maxInstruments), heartbeat };
  const open = openReplay(
    {
      plan: { ...plan, armed: true, risk: UNLIMITED },
      strategies: [...strategies, rehearsalDriver(REHEARSAL_SYMBOLS)],
      memory,
    },
    recording,
    0,
    DEFAULT_SIMULATION,
    standIn,
  );
  const cells = new Float64Array(memory.cells, 0, CELLS_DOUBLES);
  // Nobody else reads this order log, and a full one pauses the feed.
  const orderLog = new OrderLogReader(memory.orderLog);
  open.engine.run(() => {
    orderLog.drain(() => {});
    return cells[CELL.messages] >= recording.messages;
  });
  open.close();
  new Int32Array(heartbeat).fill(0);
}
