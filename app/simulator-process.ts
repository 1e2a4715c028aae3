/** The simulated exchange in a process of its own, as demo and bench use it. */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HotlapError } from '../engine/domain/errors.ts';
import { workerUrl } from '../native/paths.ts';
import type { MarketReport, MarketSettings, ParentMessage, SimulatorMessage } from '../simulator/index.ts';
import type { ChildStart } from './simulator-child.ts';

/** Reading and decompressing the first megabytes takes a fraction of this. */
const READY_TIMEOUT_MS = 20_000;
/** A process whose connection has broken is reaped and told within this. */
const GONE_NOTICE_MS = 500;
/** Log out, stop the playback, end the Worker: each bounded by itself. */
const STOP_TIMEOUT_MS = 10_000;

export type { MarketReport };

export class SimulatorProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<string, (message: SimulatorMessage) => void>();
  #lastId = 0;
  tcpPort = 0;
  /** That of the drop copy; 0 without one. */
  dropCopyPort = 0;
  /** Settles when the process has gone: with its last report, or null where it vanished without one. */
  readonly gone: Promise<MarketReport | null>;
  #lastReport: MarketReport | null = null;
  #failure: HotlapError | undefined;

  private constructor() {
    const entry = fileURLToPath(workerUrl(import.meta.url, 'simulator-child'));
    this.#child = fork(entry, {
      serialization: 'advanced',
      execArgv: ['--single-threaded-gc', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message: SimulatorMessage) => this.#hear(message));
    this.gone = new Promise((resolve) => this.#child.once('exit', () => resolve(this.#lastReport)));
  }

  /** Resolves once the simulator listens and waits at its barrier. Rejects with its own HotlapError. */
  static async start(recording: string, settings: MarketSettings): Promise<SimulatorProcess> {
    const simulator = new SimulatorProcess();
    const ready = simulator.#answer('ready', READY_TIMEOUT_MS);
    simulator.#child.send({ type: 'start', recording, settings } satisfies ChildStart);
    const message = await ready;
    if (message.type === 'ready') {
      simulator.tcpPort = message.tcpPort;
      simulator.dropCopyPort = message.dropCopyPort;
    }
    return simulator;
  }

  /** Kernel process id, for tests that take it away. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves when a client has logged on; ask before it can. */
  async logon(timeoutMs: number): Promise<void> {
    await this.#answer('logon', timeoutMs);
  }

  /** What it said of its end; undefined while it has said nothing. */
  get failure(): HotlapError | undefined {
    return this.#failure;
  }

  /** False once the process has gone, or goes within a moment. */
  isAlive(): Promise<boolean> {
    return Promise.race([this.gone.then(() => false), sleep(GONE_NOTICE_MS, true)]);
  }

  /** Releases the barrier. */
  go(): void {
    this.#say({ type: 'go' });
  }

  /** @param pairs (ordinal, sequence number) … @returns wire-to-wire ns for each pair, NaN where unknown */
  async join(pairs: Float64Array): Promise<Float64Array> {
    const id = ++this.#lastId;
    const answer = this.#answer(`joined${id}`, STOP_TIMEOUT_MS);
    this.#say({ type: 'join', id, pairs });
    const message = await answer;
    return message.type === 'joined' ? message.latencies : new Float64Array(0);
  }

  /** What was sent and matched so far. */
  async report(): Promise<MarketReport> {
    const id = ++this.#lastId;
    const answer = this.#answer(`reported${id}`, STOP_TIMEOUT_MS);
    this.#say({ type: 'report', id });
    const message = await answer;
    if (message.type !== 'reported') throw vanished();
    return message.report;
  }

  async stop(): Promise<MarketReport | null> {
    this.#say({ type: 'stop' });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const report = await this.gone;
    clearTimeout(timer);
    return report;
  }

  #say(message: ParentMessage): void {
    // A channel that has closed is told by `gone`.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #answer(key: string, timeoutMs: number): Promise<SimulatorMessage> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(vanished()), timeoutMs);
      this.#waiting.set(key, (message) => {
        clearTimeout(timer);
        resolve(message);
      });
      this.gone.then(() => {
        clearTimeout(timer);
        reject(this.#failure ?? vanished());
      });
    });
  }

  #hear(message: SimulatorMessage): void {
    switch (message.type) {
      case 'failed':
        this.#failure = new HotlapError(message.code, message.sentence);
        return;
      case 'stopped':
        this.#lastReport = message.report;
        return;
      case 'ready':
      case 'logon':
        this.#settle(message.type, message);
        return;
      case 'joined':
      case 'reported':
        this.#settle(`${message.type}${message.id}`, message);
        return;
    }
  }

  #settle(key: string, message: SimulatorMessage): void {
    this.#waiting.get(key)?.(message);
    this.#waiting.delete(key);
  }
}

const vanished = (): HotlapError =>
  new HotlapError(
    'ERR_SIMULATOR_GONE',
    'The simulator process ended before it had answered: run again, and report it if it happens twice.',
  );
