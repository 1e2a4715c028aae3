import type { EngineStrategy } from '../engine/engine.ts';
import type { PlannedStrategy } from './engine-plan.ts';
import { checkedParams, compileStrategies } from './strategy-loader/index.ts';

/**
 * Compiles every strategy's file once.
 * @returns what makes a cast of new instances, for a rehearsal or for the performance: what V8 learns in one serves the
 * next, no state does
 */
export function planStrategies(planned: readonly PlannedStrategy[]): () => EngineStrategy[] {
  const makers = compileStrategies(planned.map(({ bundle }) => bundle));
  return () =>
    planned.map(({ id, data, checkViews = false, ...given }, index) => {
      const bundle = makers[index]();
      // A copy each: what one instance does to it is nothing to the next.
      const params = checkedParams(bundle, given);
      return { id, bundle, params, chosen: Object.keys(given.params), data: structuredClone(data), checkViews };
    });
}
