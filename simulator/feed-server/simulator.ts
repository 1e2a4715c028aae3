import { Worker } from 'node:worker_threads';
import { HotlapError } from '../../engine/domain/errors.ts';
import { workerUrl } from '../../native/paths.ts';
import type { MarketWorkerData } from './market-worker.ts';
import type { MarketCommand, MarketMessage, MarketReport, MarketSettings, OpenRecording } from './settings.ts';

/** Beyond the Logout's own time: a Worker that does not answer is terminated. */
const STOP_TIMEOUT_MS = 5_000;

export interface SimulatorEvents {
  onLog?: (level: 'info' | 'warn' | 'error', text: string) => void;
  onLogon?: () => void;
  onLogout?: (reason: string) => void;
  /** All of the recording has been sent. */
  onEnded?: (report: MarketReport) => void;
}

/** A simulated market in its Worker, seen from the main thread. */
export class Simulator {
  /** FIX port that is listened on. */
  tcpPort = 0;
  /** That of the drop copy; 0 without one. */
  dropCopyPort = 0;
  /** Resolves with the last report when the market has stopped; rejects with a HotlapError when it failed. */
  readonly done: Promise<MarketReport>;
  readonly #worker: Worker;
  readonly #recording: OpenRecording;
  readonly #events: SimulatorEvents;
  readonly #settings: MarketSettings;
  readonly #answers = new Map<number, (value: never) => void>();
  #settle!: { resolve: (report: MarketReport) => void; reject: (error: HotlapError) => void };
  #ready!: { resolve: () => void; reject: (error: unknown) => void };
  #lastId = 0;
  #stopTimer: NodeJS.Timeout | undefined;

  private constructor(recording: OpenRecording, settings: MarketSettings, events: SimulatorEvents) {
    this.#recording = recording;
    this.#events = events;
    this.#settings = settings;
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever awaits `done` hears of it; before that nobody has to.
    this.done.catch(() => undefined);
    const { ring, format } = recording;
    const workerData: MarketWorkerData = { settings, ring, format };
    this.#worker = new Worker(workerUrl(import.meta.url, 'market-worker'), { workerData });
    this.#worker.on('message', (message: MarketMessage) => this.#onMessage(message));
    this.#worker.on('error', (error) => this.#fail('ERR_UNEXPECTED', error.message, error));
    this.#worker.on('exit', () => this.#fail('ERR_UNEXPECTED', 'The simulated market ended without a word.'));
  }

  /** Binds, listens, and waits at the barrier for `go`. Rejects with a HotlapError, for instance where a port is taken. */
  static async start(
    recording: OpenRecording,
    settings: MarketSettings,
    events: SimulatorEvents = {},
  ): Promise<Simulator> {
    const simulator = new Simulator(recording, settings, events);
    await new Promise<void>((resolve, reject) => {
      simulator.#ready = { resolve, reject };
    });
    recording.run().catch((error: HotlapError) => {
      simulator.#settle.reject(error);
      void simulator.stop();
    });
    return simulator;
  }

  /** Releases the barrier: the first packet leaves a millisecond later. */
  go(): void {
    this.#send({ type: 'go' });
  }

  /** @param pairs (ordinal, sequence number) … @returns wire-to-wire ns for each pair, NaN where unknown */
  join(pairs: Float64Array): Promise<Float64Array> {
    const id = ++this.#lastId;
    return this.#ask(id, { type: 'join', id, pairs });
  }

  report(): Promise<MarketReport> {
    const id = ++this.#lastId;
    return this.#ask(id, { type: 'report', id });
  }

  /** Logs the client out, ends the playback and the Worker. Safe to call twice. @returns what `done` gives */
  stop(): Promise<MarketReport> {
    if (this.#stopTimer === undefined) {
      const timeoutMs = this.#settings.session.logoutTimeoutMs + STOP_TIMEOUT_MS;
      this.#stopTimer = setTimeout(
        () => this.#fail('ERR_UNEXPECTED', 'The simulated market does not stop.'),
        timeoutMs,
      );
      this.#send({ type: 'stop' });
    }
    return this.done;
  }

  #ask<T>(id: number, command: MarketCommand): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#answers.set(id, resolve);
      this.done.then(
        () => reject(new HotlapError('ERR_SIMULATOR_GONE', 'The simulated market has stopped and answers no more.')),
        reject,
      );
      this.#send(command);
    });
  }

  #send(command: MarketCommand): void {
    this.#worker.postMessage(command);
  }

  #onMessage(message: MarketMessage): void {
    const events = this.#events;
    switch (message.type) {
      case 'ready':
        this.tcpPort = message.tcpPort;
        this.dropCopyPort = message.dropCopyPort;
        this.#ready.resolve();
        return;
      case 'joined':
        this.#answer(message.id, message.latencies);
        return;
      case 'reported':
        this.#answer(message.id, message.report);
        return;
      case 'logon':
        events.onLogon?.();
        return;
      case 'logout':
        events.onLogout?.(message.reason);
        return;
      case 'log':
        events.onLog?.(message.level, message.text);
        return;
      case 'ended':
        events.onEnded?.(message.report);
        return;
      case 'stopped':
        this.#settle.resolve(message.report);
        void this.#end();
        return;
      case 'failed':
        this.#fail(message.code, message.sentence);
    }
  }

  #answer(id: number, value: unknown): void {
    this.#answers.get(id)?.(value as never);
    this.#answers.delete(id);
  }

  #fail(code: string, sentence: string, cause?: unknown): void {
    const error = explain(code, sentence, this.#settings, cause);
    this.#ready.reject(error);
    this.#settle.reject(error);
    void this.#end();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#stopTimer);
    this.#stopTimer = setTimeout(() => undefined, 0);
    this.#worker.removeAllListeners('exit');
    await Promise.all([this.#recording.close(), this.#worker.terminate()]);
  }
}

/** What a system's error code means to a user. */
function explain(code: string, sentence: string, settings: MarketSettings, cause: unknown): HotlapError {
  const address = `${settings.fixHost}:${settings.fixPort}`;
  const { group, port, interface: by, transmit } = settings.feed;
  // A link's sentences say what to do themselves.
  if (transmit !== undefined && code !== 'EADDRINUSE' && !code.startsWith('ERR_'))
    return new HotlapError('ERR_SIMULATOR_START', sentence, { cause });
  switch (code) {
    case 'EADDRINUSE':
      return new HotlapError(
        'ERR_SIMULATOR_PORT',
        `Another program listens on ${address}: stop it, or choose another FIX port.`,
      );
    case 'EACCES':
      return new HotlapError(
        'ERR_SIMULATOR_PORT',
        `Listening on ${address} is not allowed: choose a port from 1024 on.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENODEV':
    case 'ENETUNREACH':
      return new HotlapError(
        'ERR_SIMULATOR_ADDRESS',
        `This machine cannot send to ${group}:${port} by ${by}, or has no address ${settings.fixHost}: correct them.`,
      );
    default:
      return new HotlapError(code.startsWith('ERR_') ? code : 'ERR_SIMULATOR_START', sentence, { cause });
  }
}
