/** The whole circle on one machine: a simulator process plays a recording, the engine trades against it over real sockets. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { CELL, CELLS_DOUBLES, type PlaybackStats } from '../native/index.ts';
import { latencySummary } from '../report/latency-summary.ts';
import type { LatencySummary, RunResult } from '../report/run-result.ts';
import { assembleResult } from './assemble-result.ts';
import { bundleAll, finishRun, openWarmUp, planEngine, stopOnRequest } from './drive-engine.ts';
import { EngineHost } from './engine-host.ts';
import { feedMidnightMs, monotonicOffsetNs } from './engine-time.ts';
import { launchState } from './launch-state.ts';
import { DEMO_SESSION } from './open-engine.ts';
import type { DemoOptions, FeedSettings } from './options.ts';
import { refuseUnplayable } from './recording/verdict.ts';
import { SimulatorProcess } from './simulator-process.ts';
import { marketSettings } from './simulator-settings.ts';

/** Packets in flight at most when the feed is played flat out: what an 8 MiB receive buffer holds many times over. */
const CREDIT_PACKETS = 512;

export async function demo(asked: DemoOptions): Promise<RunResult> {
  const startMs = Date.now();
  const options = { ...asked, feed: await withPort(asked.feed) };
  const strategies = await bundleAll(options);
  const creditFile = `/dev/shm/hotlap-credit-${process.pid}-${randomBytes(4).toString('hex')}`;
  const simulator = await SimulatorProcess.start(options.recording, {
    ...marketSettings({ ...options, fixHost: '127.0.0.1', fixPort: 0 }),
    creditFile,
    creditPackets: CREDIT_PACKETS,
    ...playbackCpu(),
  });
  const warmUp = await openWarmUp(options);
  const day0Ms = feedMidnightMs(options.date);
  const { group, port, interface: address, receiveBufferBytes } = options.feed;
  const plan = planEngine(options, {
    strategies,
    source: {
      mode: 'live',
      feed: { group, port, interface: address, receiveBufferBytes, creditFile },
      venue: { host: '127.0.0.1', port: simulator.tcpPort },
      session: DEMO_SESSION,
      monotonicOffsetNs: monotonicOffsetNs(day0Ms),
      stopAtSessionEnd: true,
    },
    warmUp: warmUp?.plan ?? null,
    armed: true,
    day0Ms,
  });
  const cells = new Float64Array(plan.memory.cells, 0, CELLS_DOUBLES);
  let failure: string | undefined;
  let stopping = false;
  const host = new EngineHost({
    plan,
    ...(options.onLog && { onLog: options.onLog }),
    onSessionUp: () => simulator.go(),
    onSessionLost: (reason) => {
      failure ??= `The FIX session with the simulator ended: ${reason}`;
      host.stop('the FIX session ended');
    },
    onTick: () => options.onProgress?.({ step: 'trading', done: cells[CELL.messages], total: 0, unit: 'messages' }),
  });
  void simulator.gone.then(() => {
    if (stopping) return;
    failure = 'The simulator process vanished in the middle of the run: nothing more can be traded. Run again.';
    host.stop('the simulator vanished');
  });
  const undo = stopOnRequest(host, options);
  try {
    const outcome = await host.outcome;
    stopping = true;
    const { latencies, playback } = await askSimulator(simulator, outcome.orderLog.causes(), failure);
    if (cells[CELL.sessionEnded] === 1 && playback?.messages === 0) refuseUnplayable(options.recording);
    const result = assembleResult({
      options,
      strategies,
      outcome,
      recording: {
        file: options.recording,
        ...(playback !== undefined && { latePackets: playback.latePackets, truncated: playback.truncated }),
      },
      wireToWire: latencies,
      ended:
        failure === undefined ? { ok: true, reason: outcome.report.stats.stopReason } : { ok: false, reason: failure },
      startMs,
    });
    return finishRun(options, 'demo', result, outcome, startMs);
  } finally {
    stopping = true;
    undo();
    await warmUp?.close();
    await simulator.stop();
    rmSync(creditFile, { force: true });
  }
}

/** Two demos on one machine must not hear each other: without a port of the user's, each takes one that is free. */
async function withPort(feed: FeedSettings): Promise<FeedSettings> {
  if (feed.port !== 0) return feed;
  const probe = createSocket('udp4');
  probe.bind(0, feed.interface);
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  return { ...feed, port };
}

/** The playback thread gets a CPU of its own where there are three; with two it shares the housekeeping one. */
function playbackCpu(): { cpu?: number } {
  const { cpus, hotCore } = launchState();
  const others = cpus.filter((cpu) => cpu !== hotCore);
  return others.length > 1 ? { cpu: Math.max(...others) } : {};
}

async function askSimulator(
  simulator: SimulatorProcess,
  causes: Float64Array,
  failure: string | undefined,
): Promise<{ latencies: LatencySummary | null; playback?: PlaybackStats }> {
  if (failure !== undefined) return { latencies: null };
  const joined = await simulator.join(causes);
  const { playback } = await simulator.report();
  return { latencies: exactSummary(joined), playback };
}

function exactSummary(values: Float64Array): LatencySummary {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  return latencySummary({
    count: sorted.length,
    max: sorted.at(-1) ?? Number.NaN,
    percentile: (percent) => sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)],
  });
}
