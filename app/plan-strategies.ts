import type { EngineStrategy } from '../engine/engine.ts';
import { parseParams } from '../engine/strategy/params.ts';
import type { PlannedStrategy } from './engine-plan.ts';
import { compileStrategy } from './strategy-loader/index.ts';

/** Each strategy twice, from one compiled text: what V8 learns in the rehearsal serves the performance, no state does. */
export interface Casts {
  readonly rehearsal: readonly EngineStrategy[];
  readonly performance: readonly EngineStrategy[];
}

export function planStrategies(planned: readonly PlannedStrategy[]): Casts {
  const rehearsal: EngineStrategy[] = [];
  const performance: EngineStrategy[] = [];
  for (const { id, bundle, params } of planned) {
    const instantiate = compileStrategy(bundle);
    for (const cast of [rehearsal, performance]) {
      const strategy = instantiate();
      cast.push({ id, bundle: strategy, params: parseParams(strategy.params, params) });
    }
  }
  return { rehearsal, performance };
}
