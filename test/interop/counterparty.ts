/** Somebody else's engine in a process of its own: told what to do by lines, telling by lines what it heard. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A machine that is busy with other tests takes its time. */
const WAIT_MS = 100_000;
const STOP_MS = 5_000;

export class Counterparty {
  /** Every line that it has said. */
  readonly heard: string[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  #stderr = '';

  private constructor(command: readonly string[]) {
    this.#child = spawn(command[0] as string, command.slice(1));
    this.#child.stderr.on('data', (text) => {
      this.#stderr = `${this.#stderr}${text}`.slice(-4_000);
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.heard.push(line));
  }

  static async start(command: readonly string[]): Promise<Counterparty> {
    const counterparty = new Counterparty(command);
    await counterparty.hears('created');
    return counterparty;
  }

  say(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Waits until it has said a line `times` times. */
  async hears(line: string, times = 1): Promise<void> {
    const endMs = performance.now() + WAIT_MS;
    while (this.count(line) < times) {
      if (performance.now() > endMs || this.#child.exitCode !== null)
        throw new Error(`not heard ${times} times: ${line}\nbut: ${this.heard.join(', ')}\n${this.#stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  count(line: string): number {
    return this.heard.filter((each) => each === line).length;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.say('stop');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await exit;
    clearTimeout(timer);
  }
}
