import { createHash } from 'node:crypto';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { type BuildFailure, build, type Message, type OutputFile } from 'esbuild';
import { HotlapError } from '../../engine/domain/errors.ts';
import { findStrategy } from './find-strategy.ts';
import { resolveImports } from './resolve-imports.ts';
import { builtFile } from './trees.ts';

/** A strategy with its own RxJS and operators, as one text that the Worker compiles. Plain data: it is posted. */
export interface BundledStrategy {
  /** Name of the file or package that was asked for, e.g. `my-strategy`. */
  readonly name: string;
  /** Absolute path of the strategy's file. */
  readonly file: string;
  readonly text: string;
  /** Source map of the text, for {@link originalStack}. */
  readonly map: string;
  /** sha256 of the text. */
  readonly hash: string;
}

/** Larger than any strategy; an import of a whole application is a mistake. */
const MAX_BUNDLE_BYTES = 16 << 20;

/**
 * Bundles a strategy for `compileStrategy`. About 50 ms; on the main thread.
 * @param source What --strategy names. @param folder Where relative paths and packages start.
 */
export async function bundleStrategy(source: string, folder: string = process.cwd()): Promise<BundledStrategy> {
  const file = findStrategy(source, folder);
  try {
    const result = await build({
      stdin: { contents: entryFor(file), resolveDir: dirname(file), sourcefile: 'hotlap-entry.js', loader: 'js' },
      bundle: true,
      write: false,
      outfile: 'strategy.js',
      // compileFunction gives it module, exports and require; no import() may be left, it would never resolve in the loop.
      format: 'cjs',
      platform: 'neutral',
      mainFields: ['es2015', 'module', 'main'],
      conditions: ['es2015', 'import', 'default'],
      target: 'es2023',
      supported: { 'dynamic-import': false },
      sourcemap: 'external',
      sourcesContent: false,
      legalComments: 'none',
      logLevel: 'silent',
      plugins: [resolveImports(dirname(file))],
    });
    const text = output(result.outputFiles, '.js');
    if (text.length > MAX_BUNDLE_BYTES) {
      throw new HotlapError(
        'ERR_STRATEGY_COMPILE',
        `${file}: the strategy with all it imports is larger than 16 MiB; import only what the loop needs.`,
      );
    }
    return {
      name: basename(file, extname(file)),
      file,
      text,
      map: output(result.outputFiles, '.map'),
      hash: createHash('sha256').update(text).digest('hex'),
    };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    throw new HotlapError('ERR_STRATEGY_COMPILE', sentence(error.errors, file), { cause: error });
  }
}

/** `export default`, or a CommonJS module whose own default is inside; the runtime binds it to the engine. */
const entryFor = (file: string): string => `
import * as user from ${JSON.stringify(file)};
import { strategyBundle } from ${JSON.stringify(builtFile('engine', 'strategy', 'runtime'))};
const found = user['default'];
export default strategyBundle(found && found['default'] ? found['default'] : found);
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
