/** Runs the command line as a user does, in a process of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../native/paths.ts';

export interface Ran {
  /** null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunHow {
  readonly cwd?: string;
  readonly env?: Record<string, string | undefined>;
  /** Put before `node bin/hotlap.js`, e.g. `['taskset', '-c', '0']`. */
  readonly before?: readonly string[];
  readonly nodeArgs?: readonly string[];
  readonly timeoutMs?: number;
  /** Sends SIGINT as soon as stderr says this. */
  readonly interruptOn?: RegExp;
}

/** @param args after `hotlap` */
export function hotlap(args: readonly string[], how: RunHow = {}): Promise<Ran> {
  const command = [
    ...(how.before ?? []),
    process.execPath,
    ...(how.nodeArgs ?? []),
    join(packageRoot, 'bin', 'hotlap.js'),
    ...args,
  ];
  return execute(command, how);
}

export function execute(command: readonly string[], how: Omit<RunHow, 'before' | 'nodeArgs'> = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env;
    const child = spawn(command[0] as string, command.slice(1), {
      cwd: how.cwd ?? packageRoot,
      env: { ...env, ...how.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      const before = stderr;
      stderr += chunk;
      if (how.interruptOn?.test(stderr) && !how.interruptOn.test(before)) child.kill('SIGINT');
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), how.timeoutMs ?? 150_000);
    child.on('error', reject);
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ status, stdout, stderr });
    });
  });
}
