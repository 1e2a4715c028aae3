/** The engine against a simulator process over real sockets, from the first message to the last report: what demo and bench share. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { CELL, CELLS_DOUBLES } from '../native/index.ts';
import type { DropCopyResult } from '../report/run-result.ts';
import { SIMULATOR_DROP_COPY_SESSION } from '../simulator/index.ts';
import { NONE_LEFT } from './cancel-open-orders.ts';
import { DEFAULT_CONTROL } from './config/control-schema.ts';
import { type OpenControl, openControl } from './control/open-control.ts';
import { bundleAll, openWarmUp, planEngine, stopOnRequest } from './drive-engine.ts';
import { demoDropCopy } from './drop-copy/demo-drop-copy.ts';
import { EngineHost, type EngineOutcome } from './engine-host.ts';
import type { LivePlan, PlannedStrategy } from './engine-plan.ts';
import { feedMidnightMs, monotonicOffsetNs } from './engine-time.ts';
import { launchState } from './launch-state.ts';
import { type DemoNetwork, openDemoNetwork } from './network/demo-network.ts';
import type { DemoOptions, FeedSettings } from './options.ts';
import { beginRun, type OpenedOrderJournal } from './order-journal.ts';
import { refuseUnplayable } from './recording/verdict.ts';
import { keptTape } from './run-directory/kept-plan.ts';
import { beginRunFolder } from './run-directory/run-folder.ts';
import { removeLeftFiles, sharedMemoryFile } from './run-files.ts';
import { type MarketReport, SimulatorProcess } from './simulator-process.ts';
import { DEMO_SESSION, REHEARSAL_SESSION, SIMULATOR, SIMULATOR_ORDERS } from './simulator-sessions.ts';
import { marketSettings } from './simulator-settings.ts';
import { openTapeDrain } from './tape/tape-drain.ts';

/** Packets in flight at most when the feed is played flat out: what the receive buffer holds many times over. */
const CREDIT_PACKETS = 512;

const VANISHED = 'The simulator process vanished in the middle of the run: nothing more can be traded. Run again.';

export interface Traded {
  readonly outcome: EngineOutcome;
  /** Wire to wire of every order, in ns, NaN where unknown; null where the run failed. */
  readonly wireToWire: Float64Array | null;
  /** What the simulator sent; null where the run failed. */
  readonly market: MarketReport | null;
  readonly dropCopy: DropCopyResult | undefined;
  /** Why the run is no success, as one sentence. */
  readonly failure: string | undefined;
}

/** @param journal what keeps the orders; without one they are forgotten */
export async function tradeWithSimulator(asked: DemoOptions, journal?: OpenedOrderJournal): Promise<Traded> {
  removeLeftFiles();
  const strategies = await bundleAll(asked);
  const control = await openDemoControl(asked);
  try {
    const network = openDemoNetwork(asked);
    try {
      const options = { ...asked, feed: await withPort(network.feed) };
      return await tradeWith(options, strategies, { control, network, journal });
    } finally {
      network.close();
    }
  } finally {
    control.close();
  }
}

interface Around {
  readonly control: OpenControl;
  readonly network: DemoNetwork;
  readonly journal: OpenedOrderJournal | undefined;
}

async function tradeWith(
  options: DemoOptions,
  strategies: readonly PlannedStrategy[],
  { control, network: { venue, send }, journal }: Around,
): Promise<Traded> {
  const startMs = Date.now();
  const creditFile = sharedMemoryFile('credit');
  const sent = { ...options.feed, interface: venue.interface };
  const settings = {
    ...marketSettings({
      ...options,
      feed: sent,
      fixHost: venue.address,
      fixPort: venue.port,
      fixLwip: venue.lwip,
      transmit: venue.transmit,
    }),
    creditFile,
    creditPackets: CREDIT_PACKETS,
    ...playbackCpu(),
    ...(options.dropCopy === true && {
      dropCopy: { host: venue.kernelAddress, port: 0, session: SIMULATOR_DROP_COPY_SESSION },
    }),
  };
  // The process is forked before the first wait, and so where the venue is.
  const simulator = await venue.start(() => SimulatorProcess.start(options.recording, settings));
  const warmUp = await openWarmUp(options);
  const day0Ms = feedMidnightMs(options.date);
  const tape = options.out === null ? undefined : openTapeDrain(options.out, options.onLog);
  const journalPlan = journal && beginRun(journal, { day0Ms, startMs, strategies: strategies.map(({ id }) => id) });
  const source: LivePlan = {
    mode: 'live',
    // Only a flat-out playback waits for it; what it costs the loop nobody else shall pay.
    feed: { ...options.feed, ...(options.pace.mode === 'max' && { creditFile }) },
    venue: { host: venue.address, port: simulator.tcpPort },
    send,
    session: options.simulation.scenario === undefined ? DEMO_SESSION : REHEARSAL_SESSION,
    orders: { ...SIMULATOR_ORDERS, massCancel: true, massStatus: true },
    ...(journalPlan && { journal: journalPlan }),
    ...(tape && { tape: { ringFile: tape.ringFile } }),
    monotonicOffsetNs: monotonicOffsetNs(day0Ms),
    stopAtSessionEnd: true,
  };
  const plan = planEngine(options, {
    venue: SIMULATOR,
    strategies,
    source,
    ...(journal && { clOrdIdPrefix: journal.clOrdIdPrefix }),
    rehearsals: warmUp.plans,
    armed: true,
    day0Ms,
  });
  beginRunFolder(options, {
    command: 'demo',
    recordings: [options.recording],
    startMs,
    plan,
    source: { ...keptTape(source), simulation: options.simulation },
  });
  const cells = new Float64Array(plan.memory.cells, 0, CELLS_DOUBLES);
  let failure: string | undefined;
  let stopping = false;
  const host = new EngineHost({
    plan,
    out: options.out,
    journal: journal?.writer,
    ...(options.onLog && { onLog: options.onLog }),
    onSessionUp: () => simulator.go(),
    onTick: () => options.onProgress?.({ step: 'trading', done: cells[CELL.messages], total: 0, unit: 'messages' }),
  });
  void simulator.gone.then(() => {
    if (stopping) return;
    failure = VANISHED;
    host.stop('the simulator vanished');
  });
  journal?.whenFailed(() => host.send({ kind: 'disarm', who: 'rule:journal' }));
  control.serve({
    plan,
    venue: 'the simulator',
    receiving: () => host.receiving,
    sending: () => host.sending,
    ask: (command, who) => host.ask(command, who),
    swap: (request, who) => host.swap(request, who),
  });
  const dropCopy =
    simulator.dropCopyPort === 0
      ? undefined
      : demoDropCopy({ host: venue.kernelAddress, port: simulator.dropCopyPort }, plan.clOrdIdPrefix, host, options);
  const undo = stopOnRequest(host, options);
  try {
    const outcome = await host.outcome;
    stopping = true;
    const { stopReason, sessionLost } = outcome.report.stats;
    if (sessionLost === null) journal?.ended(stopReason);
    // The connection breaks before the process is known to be gone.
    if (sessionLost !== null)
      failure ??= (await simulator.isAlive()) ? `The FIX session with the simulator ended: ${sessionLost}.` : VANISHED;
    // A recording that is damaged in its middle is known to the simulator alone.
    if (failure !== undefined && simulator.failure !== undefined) throw simulator.failure;
    const { wireToWire, market } = await askSimulator(simulator, outcome.orderLog.causes(), failure);
    if (cells[CELL.sessionEnded] === 1 && market?.playback.messages === 0) refuseUnplayable(options.recording);
    // Its orders vanished with it: there is nobody left who could fill them.
    const left = failure === VANISHED ? { ...outcome, leftOrders: NONE_LEFT } : outcome;
    return { outcome: left, wireToWire, market, dropCopy: await dropCopy?.finish(), failure };
  } finally {
    stopping = true;
    undo();
    dropCopy?.close();
    await warmUp.close();
    await simulator.stop();
    tape?.close();
    rmSync(creditFile, { force: true });
  }
}

/** Nothing of a demo lies in a folder of its own: without a file of the user's there is no socket. */
const openDemoControl = ({ control, onLog }: DemoOptions): Promise<OpenControl> =>
  openControl(control ?? { ...DEFAULT_CONTROL, enabled: false }, process.cwd(), null, onLog);

/** Two demos on one machine must not hear each other: without a port of the user's, each takes one that is free. */
export async function withPort(feed: FeedSettings): Promise<FeedSettings> {
  if (feed.port !== 0) return feed;
  const probe = createSocket('udp4');
  probe.bind(0);
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  return { ...feed, port };
}

/** The playback thread gets a CPU of its own where there are three; with two it shares the housekeeping one. */
export function playbackCpu(): { cpu?: number } {
  const { cpus, hotCore } = launchState();
  const others = cpus.filter((cpu) => cpu !== hotCore);
  return others.length > 1 ? { cpu: Math.max(...others) } : {};
}

async function askSimulator(
  simulator: SimulatorProcess,
  causes: Float64Array,
  failure: string | undefined,
): Promise<Pick<Traded, 'wireToWire' | 'market'>> {
  if (failure !== undefined) return { wireToWire: null, market: null };
  return { wireToWire: await simulator.join(causes), market: await simulator.report() };
}
