/** The main thread's side of a running engine: starts the hot Worker, drains its rings, watches it, stops it in order. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import { HotlapError } from '../engine/domain/errors.ts';
import type { ControlAnswer, ControlCommand, ControlMessage } from '../engine/engine.ts';
import { HEARTBEAT } from '../engine/loop/heartbeat.ts';
import { LogReader } from '../engine/loop/log-ring.ts';
import { workerUrl } from '../native/paths.ts';
import { isFallback, receiveSentence, sendSentence } from '../report/receive-text.ts';
import type { ReceiveTransport, SendTransport } from '../report/run-result.ts';
import { allLeft, cancelOpenOrders, type LeftOrders, type TakeoverOptions } from './cancel-open-orders.ts';
import { Asked } from './control/asked.ts';
import type { EnginePlan, PlannedStrategy } from './engine-plan.ts';
import { fromFailureMessage } from './failure.ts';
import type { ReceiveBackend } from './options.ts';
import type { JournalWriter } from './order-journal.ts';
import { OrderLogDrain } from './order-log-drain.ts';
import { RefusalDrain } from './refusal-drain.ts';
import { originalStack } from './strategy-loader/index.ts';
import { StrategySwapper, type SwapRequest } from './swap/strategy-swapper.ts';
import { Watchdog } from './watchdog.ts';
import type { HotWorkerData, WorkerMessage, WorkerReport } from './worker-messages.ts';

/** Often enough that neither ring fills up: the order log holds 65,536 records. */
const DRAIN_EVERY_MS = 2;
/** Closing sockets, rings and devices takes some milliseconds. */
const EXIT_MS = 2_000;

export interface EngineHostOptions {
  readonly plan: EnginePlan;
  readonly onLog?: (level: 'info' | 'warn' | 'error', text: string) => void;
  /** Writes to the order journal once the loop does not: what the main thread does in its stead belongs there, too. */
  readonly journal?: (() => JournalWriter) | undefined;
  /** Folder that keeps the run: the order log is kept line by line, refusals are written as they come. Null: hash and counts alone. */
  readonly out: string | null;
  /** What the real run needs is there; nothing has been opened yet. */
  readonly onRehearsed?: () => void;
  readonly onSessionUp?: () => void;
  /** About every 100 ms while the loop turns. */
  readonly onTick?: () => void;
}

export interface EngineOutcome {
  readonly report: WorkerReport;
  readonly orderLog: OrderLogDrain;
  /** As they traded last. */
  readonly strategies: readonly PlannedStrategy[];
  /** Refusals that the run's folder lacks; absent where none are kept. */
  readonly refusalsLost?: number;
  /** What the loop could not cancel itself. */
  readonly leftOrders: LeftOrders;
  readonly hotCore: number | null;
  readonly unpinnedReason?: string;
}

export class EngineHost {
  readonly #options: EngineHostOptions;
  readonly #worker: Worker;
  readonly #heartbeat: Int32Array;
  readonly #watchdog: Watchdog;
  readonly #logs: LogReader;
  readonly #swapper: StrategySwapper;
  readonly #asked = new Asked((message) => this.send(message));
  readonly #timers: NodeJS.Timeout[] = [];
  readonly orderLog: OrderLogDrain;
  readonly #refusals: RefusalDrain | undefined;
  /** Settles when the loop has ended, in order or not. */
  readonly outcome: Promise<EngineOutcome>;
  #hotCore: number | null = null;
  readonly #exited: Promise<unknown>;
  #receiving: ReceiveTransport | null = null;
  #feedBackend: ReceiveBackend | null = null;
  #sending: SendTransport | null = null;
  #unpinnedReason: string | undefined;

  constructor(options: EngineHostOptions) {
    this.#options = options;
    const { plan } = options;
    this.orderLog = new OrderLogDrain(plan.memory.orderLog, options.out !== null);
    const { refusals } = plan.memory;
    if (options.out !== null && refusals !== undefined) this.#refusals = new RefusalDrain(refusals, options.out);
    this.#logs = new LogReader(plan.memory.log);
    this.#heartbeat = new Int32Array(plan.memory.heartbeat);
    this.#watchdog = new Watchdog(plan);
    const versions = new MessageChannel();
    const workerData: HotWorkerData = { plan, versions: versions.port2 };
    this.#worker = new Worker(workerUrl(import.meta.url, 'hot-worker'), { workerData, transferList: [versions.port2] });
    this.#swapper = new StrategySwapper({
      plan,
      port: versions.port1,
      out: options.out,
      ask: (command, who) => this.ask(command, who),
    });
    this.#exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.outcome = this.#run();
    // Whoever awaits it later still gets the error; until then it must not count as unhandled.
    this.outcome.catch(() => {});
  }

  /** How the feed comes; null as long as it is not open. */
  get receiving(): ReceiveTransport | null {
    return this.#receiving;
  }

  /** How orders leave; null as long as the way is not open. */
  get sending(): SendTransport | null {
    return this.#sending;
  }

  send(message: ControlMessage): void {
    this.#worker.postMessage(message);
    // The loop looks at its next turn: a kill waits for no market.
    Atomics.store(this.#heartbeat, HEARTBEAT.command, 1);
  }

  /** Sends a command and waits for what became of it; always resolves, also when the loop ends or does not answer. */
  ask(command: ControlCommand, who: string): Promise<ControlAnswer> {
    return this.#asked.ask(command, who);
  }

  /** Puts a new version in the place of a strategy; always resolves. */
  swap(request: SwapRequest, who: string): Promise<ControlAnswer> {
    return this.#swapper.swap(request, who);
  }

  /** @param who gave the command */
  stop(reason: string, who = 'program'): void {
    this.send({ kind: 'stop', reason, who });
  }

  async #run(): Promise<EngineOutcome> {
    const drain = setInterval(() => this.#drain(), DRAIN_EVERY_MS);
    this.#watchdog.start();
    const tick = setInterval(() => this.#options.onTick?.(), 100);
    this.#timers.push(drain, tick);
    try {
      const report = await Promise.race([this.#report(), this.#watchdog.stalled]);
      if (report === 'stalled') throw new HotlapError('ERR_STRATEGY_STALLED', `${this.#watchdog.verdict()}.`);
      this.#drain();
      return {
        report,
        orderLog: this.orderLog,
        strategies: this.#swapper.cast,
        ...(this.#refusals && { refusalsLost: this.#refusals.lost }),
        leftOrders: await cancelOpenOrders(this.#options.plan, this.#takeover()),
        hotCore: this.#hotCore,
        ...(this.#unpinnedReason !== undefined && { unpinnedReason: this.#unpinnedReason }),
      };
    } catch (error) {
      throw await this.#abandoned(error);
    } finally {
      this.#watchdog.stop();
      this.#asked.close();
      for (const timer of this.#timers) clearInterval(timer);
      this.#refusals?.close();
    }
  }

  /** The loop has ended without a word: its orders are cancelled from here. @returns the error with what became of them */
  async #abandoned(error: unknown): Promise<unknown> {
    await this.#worker.terminate();
    this.#drain();
    const { plan } = this.#options;
    const { sentence } = await this.#takeOver(error);
    if (!(error instanceof HotlapError)) {
      if (sentence === '') return error;
      const { code, message } = error as { code?: string; message: string };
      return new HotlapError(code ?? 'ERR_HOT_THREAD_EXIT', `${message}; ${sentence}.`, { cause: error });
    }
    const { code, message, exitStatus, details } = error;
    const orders =
      sentence === '' && code === 'ERR_STRATEGY_STALLED' && plan.source.mode === 'live'
        ? 'it had no open orders'
        : sentence;
    return orders === ''
      ? error
      : new HotlapError(code, `${message.replace(/\.$/, '')}; ${orders}.`, { exitStatus, details });
  }

  /** What ended the loop is what people have to hear of: a takeover that fails as well is told beside it. */
  async #takeOver(error: unknown): Promise<LeftOrders> {
    const { plan, onLog } = this.#options;
    const { code, message } = error as { code?: string; message: string };
    const strategy = code === 'ERR_STRATEGY_STALLED' ? this.#watchdog.culprit : undefined;
    const culprit = strategy === undefined ? undefined : { strategy, reason: message.replace(/\.$/, '') };
    try {
      return await cancelOpenOrders(plan, { ...this.#takeover(), culprit });
    } catch (error) {
      onLog?.('error', `Cancelling the open orders from outside the loop failed: ${(error as Error).message}`);
      return allLeft(plan);
    }
  }

  #takeover(): TakeoverOptions {
    const { onLog, journal } = this.#options;
    return {
      ...(onLog && { log: onLog }),
      writer: journal,
      feedBackend: this.#feedBackend,
      gone: () => this.#gone(),
    };
  }

  /** An ending thread gets the time to close what it has opened. */
  async #gone(): Promise<void> {
    await Promise.race([this.#exited, sleep(EXIT_MS, undefined, { ref: false })]);
    await this.#worker.terminate();
  }

  #report(): Promise<WorkerReport> {
    return new Promise((resolve, reject) => {
      this.#worker.on('message', (message: WorkerMessage) => {
        switch (message.kind) {
          case 'pinned':
            this.#hotCore = message.hotCore;
            this.#watchdog.threadId = message.threadId;
            this.#unpinnedReason = message.unpinnedReason;
            break;
          case 'rehearsed':
            this.#options.onRehearsed?.();
            break;
          case 'receiving':
            this.#feedBackend = message.candidate;
            this.#tellReceiving(message.transport);
            break;
          case 'sending':
            this.#tellSending(message.transport);
            break;
          case 'sessionUp':
            this.#options.onSessionUp?.();
            break;
          case 'answer':
            this.#asked.answered(message.answer);
            break;
          case 'stopped':
            resolve(message.report);
            break;
          case 'failed':
            reject(fromFailureMessage(message));
            break;
        }
      });
      this.#worker.on('error', reject);
      this.#worker.on('exit', (code) =>
        reject(new HotlapError('ERR_HOT_THREAD_EXIT', `The hot thread ended by itself with status ${code}.`)),
      );
    });
  }

  /** What is used in another's stead is never a matter of course: it stands out in the log. */
  #tellReceiving(transport: ReceiveTransport): void {
    this.#receiving = transport;
    this.#options.onLog?.(isFallback(transport) ? 'warn' : 'info', receiveSentence(transport));
  }

  /** Once as it was opened, and again where a connection has turned out otherwise. */
  #tellSending(transport: SendTransport): void {
    const before = this.#sending;
    this.#sending = transport;
    if (before?.backend === transport.backend && before.accelerated === transport.accelerated) return;
    this.#options.onLog?.(isFallback(transport) ? 'warn' : 'info', sendSentence(transport));
  }

  #drain(): void {
    this.orderLog.drain();
    this.#refusals?.drain();
    this.#logs.drain(({ level, strategy, text }) => {
      const who = this.#swapper.versionOf(strategy, text);
      // A fault's stack is told in the user's own files and lines.
      this.#options.onLog?.(level, who === undefined ? text : `${who.id}: ${originalStack(text, who.bundle)}`);
    });
  }
}
