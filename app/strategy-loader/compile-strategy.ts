import { compileFunction } from 'node:vm';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { StrategyBundle } from '../../engine/strategy/host.ts';
import type { BundledStrategy } from './bundle-strategy.ts';

/** The name that the frames of a strategy's own text carry in a stack; `originalStack` translates them. */
export const bundleFilename = (name: string): string => `hotlap-strategy:${name}`;
/** The same for its library, whose frames are told as they are. */
export const LIBRARY_FILENAME = 'hotlap-library:';

/** What the library's text exports. */
interface StrategyLibrary {
  readonly strategyBundle: (definition: never) => StrategyBundle;
  readonly renewRxjs: () => void;
  readonly modules: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Compiles a bundle on the calling thread (about 2 ms); in the Worker, before the loop starts.
 * @returns what makes an instance: all of one strategy share the classes of one library, so that what V8 has learned in
 * one serves the next, and each has the user's module-level state of its own. One instance at a time is alive: the
 * clocks and timers of RxJS are those of the latest.
 */
export function compileStrategy(
  bundle: Pick<BundledStrategy, 'name' | 'file' | 'text' | 'library'>,
): () => StrategyBundle {
  const { name, file } = bundle;
  const refuse = (module: string): never => {
    throw new HotlapError(
      'ERR_STRATEGY_COMPILE',
      `${file}: \`${module}\` cannot be loaded inside the hot loop; import it at the top of the file.`,
    );
  };
  const parameters = ['module', 'exports', 'require'];
  const library = exportsOf<StrategyLibrary>(
    compileFunction(bundle.library, parameters, { filename: `${LIBRARY_FILENAME}${name}` }),
    refuse,
  );
  const shared = (module: string, exported?: string): unknown =>
    exported === undefined ? library.modules[module] : library.modules[module]?.[exported];
  const run = compileFunction(bundle.text, [...parameters, 'library'], { filename: bundleFilename(name) });
  return () => {
    library.renewRxjs();
    try {
      return library.strategyBundle(exportsOf<{ default: never }>(run, refuse, shared).default);
    } catch (error) {
      throw explained(error, file);
    }
  };
}

function exportsOf<Exports>(run: ReturnType<typeof compileFunction>, ...given: unknown[]): Exports {
  const module = { exports: {} };
  run(module, module.exports, ...given);
  return module.exports as Exports;
}

/** The library has its own copy of HotlapError, whose instances are not ours; what the user's own lines threw keeps its stack. */
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
