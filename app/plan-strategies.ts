import type { EngineStrategy } from '../engine/engine.ts';
import { parseParams } from '../engine/strategy/params.ts';
import type { PlannedStrategy } from './engine-plan.ts';
import { compileStrategy } from './strategy-loader/index.ts';

/**
 * Compiles every strategy once.
 * @returns what makes a cast of new instances, for a rehearsal or for the performance: what V8 learns in one serves the
 * next, no state does
 */
export function planStrategies(planned: readonly PlannedStrategy[]): () => EngineStrategy[] {
  const compiled = planned.map(({ id, bundle, params }) => ({ id, params, instantiate: compileStrategy(bundle) }));
  return () =>
    compiled.map(({ id, params, instantiate }) => {
      const bundle = instantiate();
      return { id, bundle, params: parseParams(bundle.params, params) };
    });
}
