import { compileFunction } from 'node:vm';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { StrategyBundle } from './bundle-strategy.ts';

/** What a bundle gives: the strategy as the user exported it, and the engine's runtime entry bundled with it. */
export interface CompiledStrategy<Strategy = unknown, Runtime = unknown> {
  readonly strategy: Strategy;
  readonly runtime: Runtime;
}

/** The name that a bundle's frames carry in a stack; {@link originalStack} translates them. */
export const bundleFilename = (name: string): string => `hotlap-strategy:${name}`;

/** Compiles a bundle on the calling thread (about 1 ms); in the Worker, before the loop starts. */
export function compileStrategy<Strategy = unknown, Runtime = unknown>(
  bundle: Pick<StrategyBundle, 'name' | 'file' | 'text'>,
): CompiledStrategy<Strategy, Runtime> {
  const module: { exports: { strategy?: Record<string, unknown>; runtime?: unknown } } = { exports: {} };
  const run = compileFunction(bundle.text, ['module', 'exports', 'require'], { filename: bundleFilename(bundle.name) });
  run(module, module.exports, (name: string): never => {
    throw new HotlapError(
      'ERR_STRATEGY_COMPILE',
      `${bundle.file}: \`${name}\` cannot be loaded inside the hot loop; import it at the top of the file.`,
    );
  });
  const { strategy, runtime } = module.exports;
  return { strategy: defaultExport(strategy ?? {}, bundle.file) as Strategy, runtime: runtime as Runtime };
}

/** `export default`, `module.exports =`, or a compiled CommonJS module's `exports.default`. */
function defaultExport(namespace: Record<string, unknown>, file: string): unknown {
  let value = namespace.default;
  if (value !== null && typeof value === 'object' && 'default' in value)
    value = (value as { default: unknown }).default;
  if (value === undefined || value === null || typeof value !== 'object' || Object.keys(value).length === 0) {
    throw new HotlapError(
      'ERR_STRATEGY_EXPORT',
      `${file} exports no strategy: end it with \`export default defineStrategy({ … })\`.`,
    );
  }
  return value;
}
