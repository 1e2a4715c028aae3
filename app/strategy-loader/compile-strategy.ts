import { compileFunction } from 'node:vm';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { StrategyBundle } from '../../engine/strategy/host.ts';
import type { BundledStrategy } from './bundle-strategy.ts';

/** The name that a bundle's frames carry in a stack; `originalStack` translates them. */
export const bundleFilename = (name: string): string => `hotlap-strategy:${name}`;

/**
 * Compiles a bundle on the calling thread (about 1 ms); in the Worker, before the loop starts.
 * @returns what evaluates it: each call gives a strategy and an RxJS of its own for the engine to host, and V8 shares
 * between them what it has learned of the code
 */
export function compileStrategy(bundle: Pick<BundledStrategy, 'name' | 'file' | 'text'>): () => StrategyBundle {
  const run = compileFunction(bundle.text, ['module', 'exports', 'require'], { filename: bundleFilename(bundle.name) });
  return () => {
    const module: { exports: { default?: StrategyBundle } } = { exports: {} };
    try {
      run(module, module.exports, (name: string): never => {
        throw new HotlapError(
          'ERR_STRATEGY_COMPILE',
          `${bundle.file}: \`${name}\` cannot be loaded inside the hot loop; import it at the top of the file.`,
        );
      });
    } catch (error) {
      throw explained(error, bundle.file);
    }
    return module.exports.default as StrategyBundle;
  };
}

/** The bundle has its own copy of HotlapError, whose instances are not ours; what the user's own lines threw keeps its stack. */
function explained(error: unknown, file: string): HotlapError {
  if (error instanceof HotlapError) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  const ours = typeof code === 'string' && code.startsWith('ERR_STRATEGY_');
  return new HotlapError(
    ours ? code : 'ERR_STRATEGY_LOAD',
    ours ? `${file}: ${message}` : `${file} threw while it was loaded: ${message}. The strategy was not started.`,
    { cause: error },
  );
}
