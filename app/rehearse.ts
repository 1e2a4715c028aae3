import type { EngineStrategy } from '../engine/engine.ts';
import { CELL, CELLS_DOUBLES } from '../native/index.ts';
import { DEFAULT_SIMULATION } from './config/index.ts';
import type { EnginePlan, RecordingPlan } from './engine-plan.ts';
import { openReplay } from './open-engine.ts';
import { createPlanMemory } from './shared-memory.ts';

/** Symbols of the recording that a rehearsal plays: the n-th that a strategy asks for stands in for its n-th. */
const REHEARSAL_SYMBOLS = ['AAPL', 'MSFT', 'NVDA', 'AMZN', 'META', 'GOOGL', 'TSLA', 'AMD'];

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
    { plan: { ...plan, armed: true }, strategies, memory },
    recording,
    0,
    DEFAULT_SIMULATION,
    standIn,
  );
  const cells = new Float64Array(memory.cells, 0, CELLS_DOUBLES);
  open.engine.run(() => cells[CELL.messages] >= recording.messages);
  open.close();
  new Int32Array(heartbeat).fill(0);
}
