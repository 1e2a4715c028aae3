/** The hot thread: pins itself, compiles, rehearses, then turns the loop until it is told to stop. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { EngineStrategy } from '../engine/engine.ts';
import { LogWriter } from '../engine/loop/log-ring.ts';
import { TurnWatch } from '../engine/loop/turn-watch.ts';
import { CELL, CELLS_DOUBLES, native } from '../native/index.ts';
import { failureMessage } from './failure.ts';
import { MemoryMeter } from './measure-memory.ts';
import type { OpenEngine, OpenOptions } from './open-engine.ts';
import { openLive } from './open-live.ts';
import { openReplay } from './open-replay.ts';
import { openTaped } from './open-taped.ts';
import { planStrategies } from './plan-strategies.ts';
import { giveBack, rehearse } from './rehearse.ts';
import { VersionStage } from './swap/version-stage.ts';
import type { HotWorkerData, WorkerMessage } from './worker-messages.ts';
import { workerReport } from './worker-report.ts';

/** Events until V8 has compiled what a strategy does rarely: what is still interpreted boxes its numbers on the heap. */
const STEADY_EVENTS = 50_000;

const port = parentPort as MessagePort;
const { plan, versions } = workerData as HotWorkerData;
const tell = (message: WorkerMessage): void => port.postMessage(message);

try {
  pin(plan.hotCore);
  const cast = planStrategies(plan.strategies);
  rehearse(plan, cast);
  const strategies = cast();
  giveBack(plan);
  tell({ kind: 'rehearsed' });
  const turnWatch = new TurnWatch(() => native().host.monotonicNs());
  const stage = new VersionStage(plan, versions, turnWatch);
  const open = openEngine(strategies, stage, turnWatch);
  turn(open, stage);
  open.close();
} catch (error) {
  tell({ kind: 'failed', ...failureMessage(error) });
}
port.close();
versions?.close();

function pin(hotCore: number | null): void {
  const threadId = native().host.threadId();
  if (hotCore === null) {
    tell({ kind: 'pinned', hotCore: null, unpinnedReason: 'this machine lends only one CPU', threadId });
    return;
  }
  try {
    native().host.setAffinity([hotCore]);
    tell({ kind: 'pinned', hotCore, threadId });
  } catch (error) {
    tell({ kind: 'pinned', hotCore: null, unpinnedReason: (error as Error).message, threadId });
  }
}

function openEngine(strategies: readonly EngineStrategy[], stage: VersionStage, turnWatch: TurnWatch): OpenEngine {
  const log = new LogWriter(plan.memory.log, new Float64Array(plan.memory.cells, 0, CELLS_DOUBLES), CELL.nowNs);
  const options: OpenOptions = {
    plan,
    strategies,
    memory: plan.memory,
    control: port,
    versionOf: (version) => stage.versionOf(version),
    turnWatch,
    answer: (answer) => tell({ kind: 'answer', answer }),
    onReceiving: (candidate, transport) => tell({ kind: 'receiving', candidate, transport }),
    onSending: (transport) => tell({ kind: 'sending', transport }),
    onSessionUp: () => tell({ kind: 'sessionUp' }),
    onLog: (level, text) => {
      // What is in order is in the summary.
      if (level !== 'info') log.write(level === 'error' ? 2 : 1, -1, text);
    },
  };
  const { source } = plan;
  const { problem } = native().host.accelerator();
  if (source.mode === 'live' && problem !== '') log.write(1, -1, problem);
  if (source.mode === 'live') return openLive(options, source);
  if (source.mode === 'tape') return openTaped(options, source);
  return openReplay(options, source);
}

function turn(open: OpenEngine, stage: VersionStage): void {
  const { engine, cells } = open;
  const { host } = native();
  const meter = new MemoryMeter();
  const startNs = host.monotonicNs();
  // A run that ends before it is steady is measured whole.
  meter.start(0);
  let isSteady = false;
  engine.run(() => {
    stage.poll();
    if (!isSteady && cells[CELL.events] >= STEADY_EVENTS) {
      isSteady = true;
      meter.stop();
      meter.start(cells[CELL.events]);
    }
    return false;
  });
  const memory = meter.stop();
  tell({ kind: 'stopped', report: workerReport(open, memory, host.monotonicNs() - startNs) });
}
