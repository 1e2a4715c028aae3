import { HotlapError } from '../engine/domain/errors.ts';
import type { EngineStrategy } from '../engine/engine.ts';
import type { StrategyBundle } from '../engine/strategy/host.ts';
import { type ParamValue, parseParams } from '../engine/strategy/params.ts';
import type { PlannedStrategy } from './engine-plan.ts';
import { compileStrategy, originalPlace } from './strategy-loader/index.ts';

/**
 * Compiles every strategy once.
 * @returns what makes a cast of new instances, for a rehearsal or for the performance: what V8 learns in one serves the
 * next, no state does
 */
export function planStrategies(planned: readonly PlannedStrategy[]): () => EngineStrategy[] {
  const compiled = planned.map((each) => ({ ...each, instantiate: compileStrategy(each.bundle) }));
  return () =>
    compiled.map(({ id, instantiate, ...given }) => {
      const bundle = instantiate();
      return { id, bundle, params: checkedParams(bundle, given) };
    });
}

/** What does not fit is told where it was given, else where the strategy is defined. */
function checkedParams(
  { params: specs, definedAt = '' }: StrategyBundle,
  { bundle, params, paramsAt = {} }: Pick<PlannedStrategy, 'bundle' | 'params' | 'paramsAt'>,
): Record<string, ParamValue> {
  try {
    return parseParams(specs, params);
  } catch (error) {
    if (!(error instanceof HotlapError)) throw error;
    const { code, message, exitStatus, details } = error;
    const place = paramsAt[String(details.param)] ?? originalPlace(definedAt, bundle) ?? bundle.file;
    throw new HotlapError(code, `${place}: ${message}`, { exitStatus, details });
  }
}
