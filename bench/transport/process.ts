/** One end as a process: bench/transport/ends, or the same under strace. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { HotlapError } from '../../engine/domain/errors.ts';
import { packageRoot } from '../../native/paths.ts';
import type { End, Place } from './place.ts';

const executable = (): string => join(packageRoot, 'build', 'Release', 'transport_ends');
const READY_TIMEOUT_MS = 20_000;
const MARKS = /^(ready|measured)\n/gm;

export type Flags = Readonly<Record<string, string | number | true | undefined>>;

export class EndProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #stdout = '';
  #stderr = '';

  /** @param wrapper a command in front, as strace */
  constructor(place: Place, end: End, flags: Flags, wrapper: readonly string[] = []) {
    const options = Object.entries(flags).flatMap(([name, value]) =>
      value === undefined ? [] : value === true ? [`--${name}`] : [`--${name}`, String(value)],
    );
    const role = end === 'engine' ? 'receive' : 'send';
    const [command, ...args] = [...wrapper, executable(), role, ...options] as [string, ...string[]];
    this.#child = place.at(end, () => spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.#closed = once(this.#child, 'close');
    // Whoever waits for the end says what is wrong; until then nobody may be listening.
    this.#closed.catch(() => undefined);
  }

  async ready(): Promise<void> {
    const untilMs = performance.now() + READY_TIMEOUT_MS;
    while (!this.#stderr.includes('ready\n')) {
      if (this.#child.exitCode !== null || performance.now() > untilMs) throw await this.#failure();
      await Promise.race([once(this.#child.stderr as NodeJS.ReadableStream, 'data'), this.#closed]);
    }
  }

  /** Asks a receiver to come to its end. */
  finish(): void {
    this.#child.kill('SIGTERM');
  }

  async result<Result>(): Promise<Result> {
    await this.#closed;
    if (this.#child.exitCode !== 0) throw await this.#failure();
    return JSON.parse(this.#stdout) as Result;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #failure(): Promise<HotlapError> {
    this.kill();
    await this.#closed;
    const said = this.#stderr.replace(MARKS, '').trim().replace(/\.$/, '');
    return new HotlapError('ERR_BENCH_LEG', `An end of the transport stopped: ${said || 'no word of why'}.`);
  }
}
