/** A hotlap process under test, while it runs: what it says, how it ends, and what it leaves behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { packageRoot } from '../../../native/paths.ts';

let states: string | undefined;
/** A folder of this test process, gone with it. */
function stateHome(): string {
  if (states === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'system-test-of-hotlap-state-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    states = folder;
  }
  return states;
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Shared memory and processes that outlived it. */
  readonly leftBehind: string[];
}

export interface RunningOptions {
  cwd?: string;
  timeoutMs?: number;
  env?: Record<string, string>;
}

export class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  /** In the environment of everything that it starts. */
  readonly #mark = randomUUID();

  /** @param args after `hotlap` */
  constructor(args: readonly string[], options: RunningOptions = {}) {
    const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env;
    this.child = spawn(process.execPath, [join(packageRoot, 'bin', 'hotlap.js'), ...args], {
      cwd: options.cwd ?? packageRoot,
      // A session's state would outlive the test, and two tests at once would ask for the same.
      env: { XDG_STATE_HOME: stateHome(), ...env, ...options.env, HOTLAP_TEST_MARK: this.#mark },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
    });
    this.child.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    const limit = setTimeout(() => this.child.kill('SIGKILL'), options.timeoutMs ?? 170_000);
    this.ended = new Promise((resolve) =>
      this.child.once('close', (status) => {
        clearTimeout(limit);
        resolve({ status, stdout: this.stdout, stderr: this.stderr, leftBehind: this.#leftBehind() });
      }),
    );
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Resolves once stderr matches. Rejects when the process ends before. */
  async says(what: RegExp): Promise<void> {
    let over = false;
    void this.ended.then(() => {
      over = true;
    });
    while (!what.test(this.stderr)) {
      if (over) throw new Error(`It ended without saying ${what}:\n${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Processes that it has started and that live. */
  children(): number[] {
    return this.#marked().filter((pid) => pid !== this.pid);
  }

  #leftBehind(): string[] {
    const memory = readdirSync('/dev/shm').filter(
      (name) => name.startsWith('hotlap-') && name.includes(`-${this.pid}-`),
    );
    return [...memory, ...this.#marked().map((pid) => `process ${pid}`)];
  }

  #marked(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(this.#mark);
        } catch {
          return false;
        }
      })
      .map(Number);
  }
}

/** @returns what starts processes that are ended, where they run yet, after each test of the file */
export function runs(common: RunningOptions = {}): (args: readonly string[], options?: RunningOptions) => Running {
  const started: Running[] = [];
  afterEach(async () => {
    for (const run of started.splice(0)) {
      run.child.kill('SIGKILL');
      await run.ended;
    }
  });
  return (args, options) => {
    const run = new Running(args, { ...common, ...options });
    started.push(run);
    return run;
  };
}

/** Runs to its end. @param args after `hotlap` */
export const runToEnd = (args: readonly string[], options?: RunningOptions): Promise<Ended> =>
  new Running(args, options).ended;

/** The last line of stderr that is hotlap's own: the sentence that a failure ends with. */
export const sentence = (stderr: string): string =>
  stderr
    .trimEnd()
    .split('\n')
    .filter((line) => line.startsWith('hotlap: '))
    .at(-1) ?? '';
