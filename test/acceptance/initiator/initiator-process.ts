import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { InitiatorOptions } from './initiator.ts';
import { Waiter } from './waiter.ts';

const PROGRAM = fileURLToPath(new URL('./initiator.ts', import.meta.url));
/** The first command waits for the process to start. */
const DONE_MS = 60_000;

/** Those that have nothing to do: starting one takes longer than most definitions. */
const idle: InitiatorProcess[] = [];

/** The process under test, by its lines. */
export class InitiatorProcess {
  log: string[] = [];
  #heard: string[] = [];
  readonly #waiter = new Waiter();
  /** Rejects when it ends. */
  readonly death: Promise<never>;
  readonly #child: ChildProcessWithoutNullStreams;
  /** Commands that were told and are not done yet. */
  #undone = 0;
  #errors = '';
  #status: string | undefined;

  private constructor() {
    this.#child = spawn(process.execPath, [PROGRAM]);
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.on('data', (bytes) => {
      this.#errors += bytes;
    });
    this.death = new Promise((_, reject) => {
      this.#child.on('close', (code, signal) => {
        this.#status = signal ?? String(code);
        this.#waiter.wake();
        reject(new Error(this.#ended()));
      });
    });
    this.death.catch(() => undefined);
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      if (line === 'done') this.#undone--;
      else if (line.startsWith('log ')) this.log.push(line.slice(4));
      else this.#heard.push(line);
      this.#waiter.wake();
    });
  }

  /** One with a session that is not yet started. */
  static async open(options: InitiatorOptions): Promise<InitiatorProcess> {
    const one = idle.pop() ?? new InitiatorProcess();
    one.log = [];
    await one.tell(`open ${JSON.stringify(options)}`);
    return one;
  }

  /** Ends all that wait for the next definition. */
  static async endAll(): Promise<void> {
    await Promise.all(
      idle.splice(0).map(async (each) => {
        each.#child.stdin.end();
        await each.death.catch(() => undefined);
        if (each.#status !== '0') throw new Error(each.#ended());
      }),
    );
  }

  /** Waits until it is done: what the venue does next finds it so. */
  async tell(line: string): Promise<void> {
    this.#undone++;
    this.#child.stdin.write(`${line}\n`);
    const done = (): boolean => this.#undone === 0 || this.#status !== undefined;
    await this.#waiter.until(done, DONE_MS, `${line} was not done`);
    if (this.#status !== undefined) throw new Error(this.#ended());
  }

  async hears(withinMs: number): Promise<string> {
    const any = (): boolean => this.#heard.length > 0 || this.#status !== undefined;
    await this.#waiter.until(any, withinMs, 'its application heard nothing');
    const line = this.#heard.shift();
    if (line === undefined) throw new Error(this.#ended());
    return line;
  }

  async logs(text: string, withinMs: number): Promise<void> {
    const found = (): boolean => this.log.some((line) => line.includes(text)) || this.#status !== undefined;
    await this.#waiter.until(found, withinMs, () => `not logged, only:\n  ${this.log.join('\n  ')}\n`);
    if (this.#status !== undefined) throw new Error(this.#ended());
  }

  /** The session is over, the next may come. @returns what its application heard that nobody asked for */
  async over(): Promise<string[]> {
    await this.tell('over');
    const heard = this.#heard;
    this.#heard = [];
    idle.push(this);
    return heard;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #ended(): string {
    return `the initiator ended with ${this.#status}: ${this.#errors}`;
  }
}
