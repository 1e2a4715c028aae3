/** Programs of the tests' own over the native core, compiled when they are first asked for. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { packageRoot } from '../../native/paths.ts';

const core = join(packageRoot, 'build', 'Release', 'hotlap_core.a');
const FLAGS = ['-std=c++20', '-O1', '-fno-exceptions', '-fno-rtti', `-I${join(packageRoot, 'native', 'src')}`];
const TIMEOUT_MS = 60_000;

/** @param source a `.cc` file, from the package's root @returns the program */
export const compiled = (source: string): string => build(source, core, () => []);

/** With ports of DPDK, where it is installed. */
export const compiledWithDpdk = (source: string): string =>
  build(source, join(packageRoot, 'build', 'Release', 'dpdk_link.a'), dpdkLibraries);

const dpdkLibraries = (): string[] =>
  execFileSync('pkg-config', ['--libs', 'libdpdk'], { encoding: 'utf8' }).trim().split(' ');

/** @param newest of the archives that are linked: compiled together with all others */
function build(source: string, newest: string, libraries: () => string[]): string {
  const from = join(packageRoot, source);
  const program = join(packageRoot, 'build', 'test', basename(source, '.cc'));
  const builtMs = existsSync(program) ? statSync(program).mtimeMs : 0;
  if (builtMs > Math.max(statSync(from).mtimeMs, statSync(newest).mtimeMs)) return program;
  mkdirSync(dirname(program), { recursive: true });
  // Another worker may be compiling it too: whoever is last replaces a whole file.
  const mine = `${program}.${process.pid}`;
  const args = [...FLAGS, from, ...new Set([newest, core]), ...libraries(), '-o', mine];
  const { status, stderr, error } = spawnSync('g++', args, { encoding: 'utf8', timeout: TIMEOUT_MS });
  if (status !== 0) throw new Error(`g++ ended with ${status}: ${error?.message ?? stderr}`);
  renameSync(mine, program);
  return program;
}
