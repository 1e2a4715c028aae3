import { createHash } from 'node:crypto';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { type BuildFailure, build, type Message, type OutputFile } from 'esbuild';
import { HotlapError } from '../../engine/domain/errors.ts';
import { findStrategy } from './find-strategy.ts';
import { LOOP_OPTIONS } from './loop-options.ts';
import { resolveImports } from './resolve-imports.ts';
import { shareLibrary } from './share-library.ts';
import { builtFile } from './trees.ts';

/** A strategy as two texts that the Worker compiles. Plain data: it is posted. */
export interface BundledStrategy {
  /** Name of the file or package that was asked for, e.g. `my-strategy`. */
  readonly name: string;
  /** Absolute path of the strategy's file. */
  readonly file: string;
  /** The user's own code and what it imports; hotlap, RxJS and decimal.js are asked of the library. */
  readonly text: string;
  /** The engine's runtime with this strategy's copy of RxJS: evaluated once, however many instances there are. */
  readonly library: string;
  /** Source map of the text, for {@link originalStack}. */
  readonly map: string;
  /** sha256 of both texts. */
  readonly hash: string;
}

/** Larger than any strategy; an import of a whole application is a mistake. */
const MAX_BUNDLE_BYTES = 16 << 20;

/**
 * Bundles a strategy for `compileStrategy`. Some 100 ms; on the main thread.
 * @param source What --strategy names. @param folder Where relative paths and packages start.
 */
export async function bundleStrategy(source: string, folder: string = process.cwd()): Promise<BundledStrategy> {
  const file = findStrategy(source, folder);
  const resolveDir = dirname(file);
  try {
    const shared = new Set<string>();
    const user = await build({
      ...LOOP_OPTIONS,
      stdin: { contents: userEntry(file), resolveDir, sourcefile: 'hotlap-entry.js', loader: 'js' },
      // Promises never settle in the loop: made of generators, an async function meets the refused Promise when called.
      supported: { ...LOOP_OPTIONS.supported, 'async-await': false, 'async-generator': false, 'for-await': false },
      define: { 'process.env.NODE_ENV': '"production"' },
      sourcemap: 'external',
      sourcesContent: false,
      plugins: [shareLibrary(resolveDir, shared), resolveImports(resolveDir)],
    });
    const text = output(user.outputFiles, '.js');
    const contents = libraryEntry([...shared].sort());
    const library = await build({
      ...LOOP_OPTIONS,
      stdin: { contents, resolveDir, sourcefile: 'hotlap-library.js', loader: 'js' },
      plugins: [resolveImports(resolveDir)],
    });
    const libraryText = output(library.outputFiles, '.js');
    if (text.length + libraryText.length > MAX_BUNDLE_BYTES) {
      throw new HotlapError(
        'ERR_STRATEGY_COMPILE',
        `${file}: the strategy with all it imports is larger than 16 MiB; import only what the loop needs.`,
      );
    }
    return {
      name: basename(file, extname(file)),
      file,
      text,
      library: libraryText,
      map: output(user.outputFiles, '.map'),
      hash: createHash('sha256').update(libraryText).update(text).digest('hex'),
    };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    throw new HotlapError('ERR_STRATEGY_COMPILE', sentence(error.errors, file), { cause: error });
  }
}

/** `export default`, or a CommonJS module whose own default is inside. */
const userEntry = (file: string): string => `
import * as user from ${JSON.stringify(file)};
const found = user['default'];
export default found && found['default'] ? found['default'] : found;
`;

/** `StrategyLibrary` of compile-strategy.ts. */
const libraryEntry = (modules: string[]): string => `
export { strategyBundle } from ${JSON.stringify(builtFile('engine', 'strategy', 'runtime'))};
export { newInstance } from ${JSON.stringify(builtFile('engine', 'strategy', 'serve-rxjs'))};
${modules.map((name, index) => `import * as module${index} from ${JSON.stringify(name)};`).join('\n')}
export const modules = { ${modules.map((name, index) => `${JSON.stringify(name)}: module${index}`).join(', ')} };
`;

const output = (files: OutputFile[], ending: string): string =>
  (files.find((file) => file.path.endsWith(ending)) as OutputFile).text;

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && 'errors' in error;

function sentence(errors: Message[], file: string): string {
  const first = errors[0] as Message;
  const { location } = first;
  const where = location === null ? file : `${placeOf(location.file)}:${location.line}:${location.column + 1}`;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${where}: ${first.text.replace(/\.$/, '')}${more}. The strategy was not started.`;
}

/** Relative where it is short, absolute where it would climb out of the folder. */
function placeOf(file: string): string {
  const path = relative('', file);
  return path.startsWith('..') ? resolve(file) : path || file;
}
