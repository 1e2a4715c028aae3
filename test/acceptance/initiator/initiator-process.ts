import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { InitiatorOptions } from './initiator.ts';
import { Waiter } from './waiter.ts';

const PROGRAM = fileURLToPath(new URL('./initiator.ts', import.meta.url));
const END_MS = 5_000;

/** The process under test, by its lines. */
export class InitiatorProcess {
  readonly log: string[] = [];
  readonly #heard: string[] = [];
  readonly #waiter = new Waiter();
  /** Rejects when it ends by itself in any other way than in order. */
  readonly death: Promise<never>;
  readonly #child: ChildProcessWithoutNullStreams;
  #errors = '';
  #status: string | undefined;

  constructor(options: InitiatorOptions) {
    this.#child = spawn(process.execPath, [PROGRAM, JSON.stringify(options)]);
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.on('data', (bytes) => {
      this.#errors += bytes;
    });
    this.death = new Promise((_, reject) => {
      this.#child.on('close', (code, signal) => {
        this.#status = signal ?? String(code);
        this.#waiter.wake();
        if (this.#status !== '0') reject(new Error(this.#ended()));
      });
    });
    this.death.catch(() => undefined);
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      if (line.startsWith('log ')) this.log.push(line.slice(4));
      else this.#heard.push(line);
      this.#waiter.wake();
    });
  }

  tell(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  async hears(withinMs: number): Promise<string> {
    const over = (): boolean => this.#heard.length > 0 || this.#status !== undefined;
    await this.#waiter.until(over, withinMs, 'its application heard nothing');
    const line = this.#heard.shift();
    if (line === undefined) throw new Error(this.#ended());
    return line;
  }

  async logs(text: string, withinMs: number): Promise<void> {
    const found = (): boolean => this.log.some((line) => line.includes(text)) || this.#status !== undefined;
    await this.#waiter.until(found, withinMs, () => `not logged, only:\n  ${this.log.join('\n  ')}\n`);
    if (this.#status !== undefined) throw new Error(this.#ended());
  }

  /** What it heard that the definition did not ask for. */
  unheard(): string[] {
    return this.#heard;
  }

  /** Lets it end by itself. @throws what it died of, had it not been told to end */
  async end(): Promise<void> {
    this.#child.stdin.end();
    await this.#waiter
      .until(() => this.#status !== undefined, END_MS, 'it did not end')
      .catch((error) => {
        this.#child.kill('SIGKILL');
        throw error;
      });
    if (this.#status !== '0') throw new Error(this.#ended());
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #ended(): string {
    return `the initiator ended with ${this.#status}: ${this.#errors}`;
  }
}
