import { compileFunction } from 'node:vm';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { StrategyBundle } from '../../engine/strategy/host.ts';
import { AMBIENT } from './ambient.ts';
import type { BundledStrategy } from './bundle-strategy.ts';
import { bundleFilename, LIBRARY_FILENAME } from './frame-names.ts';
import { LIBRARY_GLOBALS, LOOP_GLOBALS, loopGlobals } from './loop-globals.ts';
import { originalPlace } from './original-stack.ts';

/** What the library's text exports. */
interface StrategyLibrary {
  readonly strategyBundle: (definition: never) => StrategyBundle;
  readonly newInstance: () => unknown;
  readonly modules: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface CompileOptions {
  /** On the main thread promises settle, and are let through. */
  readonly beforeTheLoop?: boolean;
  /** Of {@link libraryCode}: 1 ms instead of 5. */
  readonly code?: Uint8Array | undefined;
}

/**
 * Compiles a bundle on the calling thread (about 2 ms); in the Worker, before the loop starts.
 * @returns what makes an instance: all of one strategy share the classes of one library, so that what V8 has learned in
 * one serves the next, and each has the user's module-level state of its own. Instances are made before any of them is
 * set up, or when those before are over.
 */
export function compileStrategy(
  bundle: Pick<BundledStrategy, 'name' | 'file' | 'text' | 'library' | 'map'>,
  { beforeTheLoop = false, code }: CompileOptions = {},
): () => StrategyBundle {
  const { name, file } = bundle;
  const refuse = (module: string): never => {
    throw new HotlapError(
      'ERR_STRATEGY_COMPILE',
      `${file}: \`${module}\` cannot be loaded inside the hot loop; import it at the top of the file.`,
    );
  };
  const globals = loopGlobals();
  const library = exportsOf<StrategyLibrary>(
    compiled(
      bundle.library,
      `${LIBRARY_FILENAME}${name}`,
      LIBRARY_GLOBALS,
      code,
    )(...LIBRARY_GLOBALS.map((each) => globals[LOOP_GLOBALS.indexOf(each)])),
    refuse,
  );
  const shared = (module: string, exported?: string): unknown =>
    exported === undefined ? library.modules[module] : library.modules[module]?.[exported];
  const user = compiled(bundle.text, bundleFilename(name), LOOP_GLOBALS);
  return () => {
    library.newInstance();
    try {
      const run = user(...loopGlobals(beforeTheLoop));
      return library.strategyBundle(exportsOf<{ default: never }>(run, refuse, shared).default);
    } catch (error) {
      throw explained(error, bundle);
    }
  };
}

/**
 * Compiles each file once, however many strategies it makes: a hundred copies of one library's machine code would be
 * fetched into the caches for each event.
 * @returns a maker of instances for each bundle
 */
export function compileStrategies(
  bundles: readonly Pick<BundledStrategy, 'name' | 'file' | 'text' | 'library' | 'map' | 'hash'>[],
): (() => StrategyBundle)[] {
  const compiledFiles = new Map<string, () => StrategyBundle>();
  return bundles.map((bundle) => {
    const key = JSON.stringify([bundle.file, bundle.name, bundle.hash]);
    const instantiate = compiledFiles.get(key) ?? compileStrategy(bundle);
    compiledFiles.set(key, instantiate);
    return instantiate;
  });
}

type ModuleFunction = (...given: unknown[]) => void;

/**
 * The text as a CommonJS function inside of one whose parameters hide the globals of these names: a user's own constant
 * may have such a name, too.
 */
function compiled(
  text: string,
  filename: string,
  hidden: readonly string[],
  code?: Uint8Array,
): (...values: unknown[]) => ModuleFunction {
  return compileFunction(within(text), [...hidden], {
    filename,
    // Lines are counted from the text's own first one.
    lineOffset: -1,
    ...(code && { cachedData: Buffer.from(code.buffer, code.byteOffset, code.byteLength) }),
  }) as never;
}

/** In parentheses, so that V8 does not read it twice. */
const within = (text: string): string => `return ((module, exports, require, library) => {\n${text}\n});`;

/** A library as V8 has compiled it, for whoever has less time: worthless, but harmless, to another Node. */
export function libraryCode({ name, library }: Pick<BundledStrategy, 'name' | 'library'>): Uint8Array | undefined {
  const filename = `${LIBRARY_FILENAME}${name}`;
  const made = compileFunction(within(library), [...LIBRARY_GLOBALS], {
    filename,
    lineOffset: -1,
    produceCachedData: true,
  });
  return (made as { cachedData?: Buffer }).cachedData;
}

function exportsOf<Exports>(run: ModuleFunction, ...given: unknown[]): Exports {
  const module = { exports: {} };
  run(module, module.exports, ...given);
  return module.exports as Exports;
}

/** The library has its own copy of HotlapError, whose instances are not ours. */
function explained(error: unknown, bundle: Pick<BundledStrategy, 'name' | 'file' | 'map'>): HotlapError {
  const { code, message, stack } = Object(error) as { code?: unknown; message?: unknown; stack?: unknown };
  const place = (typeof stack === 'string' && originalPlace(stack, bundle)) || bundle.file;
  if (code === AMBIENT) return new HotlapError(AMBIENT, `${place}: ${message}`, { cause: error });
  if (error instanceof HotlapError) return error;
  if (typeof code === 'string' && code.startsWith('ERR_STRATEGY_'))
    return new HotlapError(code, `${bundle.file}:1:1: ${message}`, { cause: error });
  const what = String(message ?? error)
    .split('\n')[0]
    .replace(/\.$/, '');
  return new HotlapError(
    'ERR_STRATEGY_LOAD',
    `${place} threw while it was loaded: ${what}. The strategy was not started.`,
    { cause: error },
  );
}
