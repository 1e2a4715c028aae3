/** The hot thread of a running engine from outside: which it is, and what it asks of the kernel. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Why strace cannot watch a hot thread here; undefined where it can. */
export function noTraceReason(): string | undefined {
  if (spawnSync('strace', ['-V']).status !== 0) return 'strace is not installed (apt-get install strace)';
  if (spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0) return 'this machine does not allow ptrace';
  if (availableParallelism() < 2) return 'with one CPU the hot thread is not pinned and cannot be told from others';
  return undefined;
}

/** The thread that has pinned itself to a CPU that its process's main thread may not use. */
export async function hotThread(pid: number): Promise<number> {
  const allowed = (tid: string): string =>
    /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync(`/proc/${pid}/task/${tid}/status`, 'utf8'))?.[1] ?? '';
  for (let tries = 0; tries < 400; tries++) {
    try {
      const own = allowed(String(pid));
      const found = readdirSync(`/proc/${pid}/task`).find((tid) => allowed(tid) !== own);
      if (found !== undefined) return Number(found);
    } catch {
      // A thread that ended between the two looks.
    }
    await sleep(25);
  }
  throw new Error('no thread pinned itself');
}

/** Calls of one thread, a line each, as `strace -yy` writes them: with what stands behind every descriptor. */
export class CallTrace {
  readonly #strace: ChildProcess;
  readonly #closed: Promise<unknown>;
  #written = '';

  /** @param start starts strace where the thread's network is, in whose namespace sockets are looked up */
  constructor(tid: number, start: <Result>(work: () => Result) => Result = (work) => work()) {
    this.#strace = start(() => spawn('strace', ['-yy', '-p', `${tid}`], { stdio: ['ignore', 'ignore', 'pipe'] }));
    this.#strace.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#written += text;
    });
    this.#closed = once(this.#strace, 'close');
  }

  /** Watches for so long, and until so many calls are of the kind; then lets the thread go. @returns whole calls */
  async during(milliseconds: number, atLeast: { calls: number; like: RegExp }): Promise<string[]> {
    while (!this.#written.includes('attached')) {
      if (this.#strace.exitCode !== null) throw new Error(`strace: ${this.#written}`);
      await sleep(10);
    }
    await sleep(milliseconds);
    // How fast a thread turns under strace is the host's affair, and not what is judged.
    while (this.#strace.exitCode === null && this.#calls(atLeast.like).length < atLeast.calls) await sleep(100);
    this.#strace.kill('SIGINT');
    await this.#closed;
    return this.#calls(/^/);
  }

  #calls(like: RegExp): string[] {
    return this.#written.split('\n').filter((line) => /^\w+\(.* = /.test(line) && like.test(line));
  }
}
