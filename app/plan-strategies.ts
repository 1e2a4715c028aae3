import { HotlapError } from '../engine/domain/errors.ts';
import type { EngineStrategy } from '../engine/engine.ts';
import { type ParamSpecs, type ParamValue, parseParams } from '../engine/strategy/params.ts';
import type { PlannedStrategy } from './engine-plan.ts';
import { compileStrategy } from './strategy-loader/index.ts';

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
      return { id, bundle, params: checkedParams(bundle.params, given) };
    });
}

/** What does not fit is told where it was given, else by the strategy's file. */
function checkedParams(
  specs: ParamSpecs,
  { bundle, params, paramsAt = {} }: Pick<PlannedStrategy, 'bundle' | 'params' | 'paramsAt'>,
): Record<string, ParamValue> {
  try {
    return parseParams(specs, params);
  } catch (error) {
    if (!(error instanceof HotlapError)) throw error;
    const { code, message, exitStatus, details } = error;
    const place = paramsAt[String(details.param)] ?? bundle.file;
    throw new HotlapError(code, `${place}: ${message}`, { exitStatus, details });
  }
}
