import { HotlapError } from '../../engine/domain/errors.ts';
import type { StrategyBundle } from '../../engine/strategy/host.ts';
import { type ParamValue, parseParams } from '../../engine/strategy/params.ts';
import type { BundledStrategy } from './bundle-strategy.ts';
import { originalPlace } from './original-stack.ts';

interface Given {
  readonly bundle: Pick<BundledStrategy, 'name' | 'file' | 'map'>;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly paramsAt?: Readonly<Record<string, string>>;
}

/** What does not fit is told where it was given, else where the strategy is defined. */
export function checkedParams(
  { params: specs, definedAt = '' }: StrategyBundle,
  { bundle, params, paramsAt = {} }: Given,
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
