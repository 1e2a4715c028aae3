/** Stand-ins for preloaded socket libraries, compiled when they are first asked for, and programs run under them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../native/paths.ts';

const sources = join(packageRoot, 'test', 'support', 'onload');
const TIMEOUT_MS = 30_000;

export type StandIn = 'onload' | 'onload-other-major' | 'vma' | 'xlio';

const BUILT: Readonly<Record<StandIn, readonly [source: string, library: string, ...flags: string[]]>> = {
  onload: ['onload.c', 'libonload.so'],
  'onload-other-major': ['onload.c', 'libonload.so', '-DMAJOR=2'],
  vma: ['vma.c', 'libvma.so'],
  xlio: ['vma.c', 'libxlio.so', '-DXLIO'],
};

/** A folder of a test's own, and what is in it. */
export class Preloading {
  readonly folder = mkdtempSync(join(tmpdir(), 'hotlap-preload-'));

  library(standIn: StandIn): string {
    const [source, name, ...flags] = BUILT[standIn];
    const folder = join(this.folder, standIn);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, name);
    const args = ['-O1', '-Wall', '-Werror', '-shared', '-fPIC', ...flags, join(sources, source), '-o', path];
    const { status, stderr } = spawnSync('gcc', args, { encoding: 'utf8', timeout: TIMEOUT_MS });
    if (status !== 0) throw new Error(`gcc: ${stderr}`);
    return path;
  }

  /** What a script of this folder says on stdout, as JSON, and what the stand-in was called with. */
  run<T>(script: string, env: Readonly<Record<string, string>>): { said: T; calls: string[] } {
    const log = join(this.folder, 'calls');
    rmSync(log, { force: true });
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(sources, script)], {
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      env: { ...process.env, ONLOAD_LOG: log, ...env },
    });
    if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`);
    return { said: JSON.parse(stdout) as T, calls: linesOf(log) };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  } catch {
    return [];
  }
}
