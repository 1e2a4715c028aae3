/** The side of a round trip that is called: bounded in time, and what it said before it died is told. */
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { HotlapError } from '../../engine/domain/errors.ts';

const run = promisify(execFile);
const MAX_OUTPUT_BYTES = 1 << 24;
const KEPT_STDERR = 2_000;
/** It ends with its connection; one that spins without a peer is ended. */
const END_MS = 1_000;

export class SideProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #name: string;
  /** Rejects as soon as it failed; an orderly end leaves it open. */
  readonly #failed: Promise<never>;
  #stderr = '';

  constructor(subject: string, [command, ...args]: readonly string[]) {
    this.#name = `The acceptor of ${subject}`;
    this.#child = spawn(command as string, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stderr.on('data', (text) => {
      this.#stderr = `${this.#stderr}${text}`.slice(-KEPT_STDERR);
    });
    this.#failed = new Promise((_, reject) => {
      this.#child.once('error', (error) => reject(this.#error(error.message)));
      // After `close` all that it wrote has been read.
      this.#child.once('close', (code, signal) => {
        if (code !== 0) reject(this.#error(`ended with ${signal ?? `status ${code}`}`));
      });
    });
    // Nobody may be waiting at that moment.
    this.#failed.catch(() => undefined);
  }

  /** The line in which it says that it is ready. */
  async firstLine(timeoutMs: number): Promise<string> {
    const lines = createInterface({ input: this.#child.stdout });
    const line = once(lines, 'line').then(([text]) => text as string);
    const silent = once(lines, 'close').then(() =>
      Promise.race([this.#failed, this.#after(END_MS, 'ended without a word')]),
    );
    return this.whileItRuns(() =>
      Promise.race([line, silent, this.#after(timeoutMs, `said nothing in ${timeoutMs} ms`)]),
    );
  }

  /** @param work is told to stop where this process fails first */
  async whileItRuns<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const over = new AbortController();
    try {
      return await Promise.race([work(over.signal), this.#failed]);
    } finally {
      over.abort();
    }
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const exit = once(this.#child, 'exit');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await exit;
    clearTimeout(timer);
  }

  async #after(ms: number, what: string): Promise<never> {
    await sleep(ms, undefined, { ref: false });
    throw this.#error(what);
  }

  #error(what: string): HotlapError {
    const stderr = this.#stderr.trim();
    return new HotlapError('ERR_BENCH_LEG', `${this.#name} ${what}${stderr === '' ? '.' : `: ${stderr}`}`);
  }
}

/** Runs the side that calls to its end. @returns what it printed, parsed */
export async function initiate<T>(
  subject: string,
  [command, ...args]: readonly string[],
  timeout: number,
  signal: AbortSignal,
): Promise<T> {
  try {
    const options = { timeout, signal, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT_BYTES } as const;
    const { stdout } = await run(command as string, args, options);
    return JSON.parse(stdout) as T;
  } catch (error) {
    const { stderr, message, killed } = error as Error & { stderr?: string; killed?: boolean };
    const why = stderr?.trim() || (killed === true ? `nothing after ${timeout} ms` : message);
    throw new HotlapError('ERR_BENCH_LEG', `A round trip of ${subject} did not finish: ${why}`);
  }
}
