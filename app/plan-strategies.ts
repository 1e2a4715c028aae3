import type { EngineStrategy } from '../engine/engine.ts';
import type { PlannedStrategy } from './engine-plan.ts';
import { checkedParams, compileStrategy } from './strategy-loader/index.ts';

/**
 * Compiles every strategy once.
 * @returns what makes a cast of new instances, for a rehearsal or for the performance: what V8 learns in one serves the
 * next, no state does
 */
export function planStrategies(planned: readonly PlannedStrategy[]): () => EngineStrategy[] {
  const compiled = planned.map((each) => ({ ...each, instantiate: compileStrategy(each.bundle) }));
  return () =>
    compiled.map(({ id, instantiate, data, checkViews = false, ...given }) => {
      const bundle = instantiate();
      // A copy each: what one instance does to it is nothing to the next.
      const params = checkedParams(bundle, given);
      return { id, bundle, params, chosen: Object.keys(given.params), data: structuredClone(data), checkViews };
    });
}
