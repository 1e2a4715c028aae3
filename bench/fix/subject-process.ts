import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { Allocated, Operation, Ready, SubjectRequest, Timed } from './protocol.ts';
import type { Kind } from './wire.ts';

/** A codec in a process of its own: it works while it is asked to and sleeps otherwise, so that subjects can take turns. */
export class SubjectProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  readonly #name: string;
  #stderr = '';
  ready: Ready = { name: '', version: '', operations: [], how: '' };

  private constructor(command: readonly string[]) {
    this.#name = command.join(' ');
    this.#child = spawn(command[0] as string, command.slice(1));
    this.#child.stderr.on('data', (text) => {
      this.#stderr = `${this.#stderr}${text}`.slice(-2_000);
    });
    this.#child.on('error', (error) => {
      this.#stderr += error.message;
    });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  static async start(command: readonly string[]): Promise<SubjectProcess> {
    const subject = new SubjectProcess(command);
    subject.ready = (await subject.#answer()) as Ready;
    return subject;
  }

  async time(operation: Operation, kind: Kind, ms: number): Promise<Timed> {
    return (await this.#ask({ do: 'time', operation, kind, ms })) as Timed;
  }

  async allocate(operation: Operation, kind: Kind, passes: number): Promise<Allocated> {
    return (await this.#ask({ do: 'allocate', operation, kind, passes })) as Allocated;
  }

  async encoded(operation: Operation, kind: Kind, file: string): Promise<void> {
    await this.#ask({ do: 'encoded', operation, kind, file });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 2_000);
    await exit;
    clearTimeout(timer);
  }

  #ask(request: SubjectRequest): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.#answer();
  }

  async #answer(): Promise<unknown> {
    const { value, done } = await this.#answers.next();
    if (done !== true) return JSON.parse(value);
    throw new HotlapError('ERR_BENCH_SUBJECT', `${this.#name} ended without an answer: ${this.#stderr.trim()}`);
  }
}
