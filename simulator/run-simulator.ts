import type { HotlapError } from '../engine/domain/errors.ts';
import type { MarketReport, MarketSettings, OpenRecording } from './feed-server/settings.ts';
import { Simulator } from './feed-server/simulator.ts';
import { type ParentMessage, ParentPort } from './parent-port.ts';
import { StateKeeper, type StateKeeperOptions } from './state/state-keeper.ts';

export interface RunSimulatorOptions {
  /** Opens the recording anew: once for each round. */
  openRecording(): Promise<OpenRecording>;
  settings: MarketSettings;
  /** Where orders and sessions survive this process; over all rounds. */
  state?: StateKeeperOptions;
  /**
   * When the feed begins: at the parent's `go`, at the first Logon of each round, or at once.
   * A process with an IPC channel obeys `go`, `join` and `stop` in any case.
   */
  begin: 'go' | 'logon' | 'at-once';
  /** Plays again, in a new round with a new session, whenever the recording has ended and the client has gone. */
  loop?: boolean;
  /** Ends after so many seconds of wall time. */
  seconds?: number | null;
  /** Talks to the parent over process.send. Default: where the process has a channel. */
  ipc?: boolean;
  onListening?: (where: { round: number; tcpPort: number; dropCopyPort: number }) => void;
  onEnded?: (report: MarketReport) => void;
  onLog?: (level: 'info' | 'warn' | 'error', text: string) => void;
  signal?: AbortSignal;
}

export interface SimulatorResult {
  rounds: number;
  /** Of the last round. */
  report: MarketReport;
}

/** How long a client may stay behind the end of the recording: to cancel, hear its last fills and log out. */
const GRACE_MS = 5_000;

/**
 * The body of a simulator process: plays until the recording has ended and the client has gone, or until it is told
 * to stop: by the signal, by the parent, or by the parent's end.
 */
export async function runSimulator(options: RunSimulatorOptions): Promise<SimulatorResult> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  const parent = (options.ipc ?? process.send !== undefined) ? new ParentPort(stop) : null;
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) stop();
  const timer = options.seconds ? setTimeout(stop, options.seconds * 1_000) : undefined;
  let keeper: StateKeeper | undefined;
  try {
    if (options.state !== undefined) keeper = new StateKeeper(options.state).start();
    for (const sentence of keeper?.sentences() ?? []) options.onLog?.('info', sentence);
    const settings = keeper === undefined ? options.settings : { ...options.settings, state: keeper.plan };
    let rounds = 0;
    let report: MarketReport;
    do report = await playRound({ ...options, settings }, ++rounds, parent, stopping.signal);
    while (options.loop === true && !stopping.signal.aborted);
    parent?.say({ type: 'stopped', report });
    return { rounds, report };
  } catch (error) {
    const { code, message } = error as HotlapError;
    parent?.say({ type: 'failed', code: code ?? 'ERR_UNEXPECTED', sentence: message });
    throw error;
  } finally {
    keeper?.close();
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', stop);
    await parent?.close();
  }
}

async function playRound(
  options: RunSimulatorOptions,
  round: number,
  parent: ParentPort | null,
  signal: AbortSignal,
): Promise<MarketReport> {
  const { settings, begin, onLog } = options;
  let hasClient = false;
  let hasEnded = false;
  let grace: NodeJS.Timeout | undefined;
  const stop = (): void => void simulator.stop().catch(() => undefined);
  const simulator = await Simulator.start(await options.openRecording(), settings, {
    ...(onLog === undefined ? {} : { onLog }),
    onLogon() {
      hasClient = true;
      parent?.say({ type: 'logon' });
      if (begin === 'logon') simulator.go();
    },
    onLogout(reason) {
      hasClient = false;
      parent?.say({ type: 'logout', reason });
      if (hasEnded && parent === null) stop();
    },
    onEnded(report) {
      hasEnded = true;
      options.onEnded?.(report);
      parent?.say({ type: 'ended', report });
      // A parent says `stop` when it has joined its orders; without one the round ends by itself.
      if (parent === null) grace = setTimeout(stop, hasClient ? GRACE_MS : 0);
    },
  });
  parent?.attach((message: ParentMessage) => obey(simulator, message, parent));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const { tcpPort, dropCopyPort } = simulator;
  options.onListening?.({ round, tcpPort, dropCopyPort });
  parent?.say({ type: 'ready', tcpPort, dropCopyPort, ...settings.feed });
  if (begin === 'at-once') simulator.go();
  try {
    return await simulator.done;
  } finally {
    clearTimeout(grace);
    signal.removeEventListener('abort', stop);
  }
}

function obey(simulator: Simulator, message: ParentMessage, parent: ParentPort): void {
  if (message.type === 'go') simulator.go();
  else if (message.type === 'join') {
    const answered = simulator.join(Float64Array.from(message.pairs));
    answered.then(
      (latencies) => parent.say({ type: 'joined', id: message.id, latencies }),
      (error: HotlapError) => parent.say({ type: 'failed', code: error.code, sentence: error.message }),
    );
  } else if (message.type === 'report') {
    simulator.report().then(
      (report) => parent.say({ type: 'reported', id: message.id, report }),
      () => undefined,
    );
  }
}
