import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, extname, isAbsolute, join, resolve } from 'node:path';
import { HotlapError } from '../../engine/domain/errors.ts';
import { suggest } from '../../engine/domain/suggest.ts';
import { packageRoot } from '../../native/paths.ts';
import { builtFile, builtFolder } from './trees.ts';

const EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

/**
 * The file behind `--strategy`: a path, a shipped sample by its name, or a package.
 * @param folder Relative paths and packages are looked up from here.
 */
export function findStrategy(source: string, folder: string): string {
  const path = resolve(folder, source);
  const looksLikePath = isAbsolute(source) || /^\.{1,2}\//.test(source) || EXTENSIONS.includes(extname(source));
  if (existsSync(path) && statSync(path).isFile()) return path;
  if (looksLikePath) {
    throw new HotlapError(
      'ERR_STRATEGY_NOT_FOUND',
      `There is no strategy file ${path}: check the path after --strategy${nearFile(path)}.`,
    );
  }
  const sample = builtFile('strategies', source);
  if (/^[a-z0-9-]+$/.test(source) && existsSync(sample)) return sample;
  const fromPackage = resolvePackage(source, folder) ?? resolvePackage(source, packageRoot);
  if (fromPackage !== undefined) return fromPackage;
  const near = suggest(source, shippedStrategies());
  throw new HotlapError(
    'ERR_STRATEGY_NOT_FOUND',
    `There is no strategy ${source}: give a file (./my-strategy.ts), an installed package, or one of ${shippedStrategies().join(', ')}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
  );
}

/** Names of the samples that come with hotlap. */
export function shippedStrategies(): string[] {
  const folder = builtFolder('strategies');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^[a-z0-9-]+\.(ts|js)$/.test(name) && name !== 'index.ts' && name !== 'index.js')
    .map((name) => basename(name, extname(name)))
    .sort();
}

function resolvePackage(source: string, folder: string): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve(source);
  } catch {
    return undefined;
  }
}

function nearFile(path: string): string {
  try {
    const near = suggest(basename(path), readdirSync(resolve(path, '..')));
    return near === undefined ? '' : ` (did you mean ${near}?)`;
  } catch {
    return '';
  }
}
