/** C++ programs of ours, most on Debian's QuickFIX library: compiled at first use, kept until source, compiler or library change. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../native/paths.ts';

const run = promisify(execFile);
const COMPILE_TIMEOUT_MS = 180_000;
export const QUICKFIX_PACKAGE = 'libquickfix-dev';
export const QUICKFIX_REMEDY = `apt-get install g++ ${QUICKFIX_PACKAGE}`;

export interface QuickfixProgram {
  readonly path: string;
  /** As Debian numbers it: `1.15.1+dfsg-4+b1`. */
  readonly version: string;
}

/** Why nothing can be compiled here; undefined where it can. */
export async function whyNoQuickfix(): Promise<string | undefined> {
  try {
    await quickfixVersion();
    await run('g++', ['--version']);
    return undefined;
  } catch {
    return `g++ or ${QUICKFIX_PACKAGE} is not installed (${QUICKFIX_REMEDY})`;
  }
}

/**
 * C++14: QuickFIX's headers have dynamic exception specifications, which C++17 dropped.
 * @param optimisation `-O2` as Debian compiles the library itself, or less where speed is not measured
 */
export async function compileWithQuickfix(
  source: string,
  optimisation: '-O1' | '-O2',
  extraFlags: readonly string[] = [],
): Promise<QuickfixProgram> {
  const version = await quickfixVersion();
  const flags = ['-std=c++14', optimisation];
  const definitions = [`-DQUICKFIX_VERSION="${version}"`, `-DCOMPILE_FLAGS="${flags.join(' ')}"`];
  return {
    path: await build(source, [...flags, '-w', ...extraFlags, ...definitions], ['-lquickfix', '-lpthread']),
    version,
  };
}

/** A program that needs no library. @returns its path */
export const compile = (source: string): Promise<string> => build(source, ['-std=c++14', '-O2'], []);

async function build(source: string, flags: readonly string[], libraries: readonly string[]): Promise<string> {
  const { stdout: compiler } = await run('g++', ['--version']);
  const key = createHash('sha256')
    .update([compiler, ...flags, ...sourcesOf(source)].join('\n'))
    .digest('hex')
    .slice(0, 16);
  const path = join(folder(), `${basename(source, '.cc')}-${key}`);
  if (existsSync(path)) return path;
  const unfinished = `${path}.${process.pid}`;
  await run('g++', [...flags, source, '-o', unfinished, ...libraries], { timeout: COMPILE_TIMEOUT_MS });
  renameSync(unfinished, path);
  return path;
}

/** The program itself, and the headers beside it. */
function sourcesOf(source: string): string[] {
  const headers = readdirSync(dirname(source)).filter((name) => name.endsWith('.h'));
  return [source, ...headers.map((name) => join(dirname(source), name))].map((file) => readFileSync(file, 'utf8'));
}

async function quickfixVersion(): Promise<string> {
  const { stdout } = await run('dpkg-query', ['-s', QUICKFIX_PACKAGE]);
  const version = /^Version: (.+)$/m.exec(stdout)?.[1];
  if (!/^Status: .* installed$/m.test(stdout) || version === undefined)
    throw new Error(`${QUICKFIX_PACKAGE} is not installed`);
  return version;
}

/** Beside the addon; where an installed package is not ours to write to, in the user's own cache. */
function folder(): string {
  const beside = join(packageRoot, 'build');
  let parent = join(homedir(), '.cache', 'hotlap');
  try {
    accessSync(existsSync(beside) ? beside : packageRoot, constants.W_OK);
    parent = beside;
  } catch {}
  const path = join(parent, 'quickfix');
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}
