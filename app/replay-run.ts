/** A run again from its folder: a live one from what really came in, turn by turn, a replay from its recording. */
import { existsSync } from 'node:fs';
import { HotlapError } from '../engine/domain/errors.ts';
import type { RunResult } from '../report/run-result.ts';
import { assembleResult } from './assemble-result.ts';
import { NO_CONTROL, type OpenControl } from './control/open-control.ts';
import { openWarmUp, stopOnRequest } from './drive-engine.ts';
import { EngineHost } from './engine-host.ts';
import type { EnginePlan, ReplayPlan, TapePlan } from './engine-plan.ts';
import { giveBackMemory } from './give-back-memory.ts';
import { launchState } from './launch-state.ts';
import type { EngineOptions } from './options.ts';
import type { OrderLogDrain } from './order-log-drain.ts';
import { openRecordings } from './recording/merged-recordings.ts';
import { openReplayControl, serveReplay } from './replay-control.ts';
import { type KeptPlan, keptPlan } from './run-directory/kept-plan.ts';
import { keptVersions } from './run-directory/kept-versions.ts';
import { createPlanMemory } from './shared-memory.ts';
import { tapeFolderOf } from './tape/tape-drain.ts';
import { feedTape } from './tape/tape-feeder.ts';

export interface ReplayRunOptions extends Pick<EngineOptions, 'warmUpMessages' | 'onLog' | 'onProgress' | 'signal'> {
  readonly runFolder: string;
  /** Holds before the first message, or turn. */
  readonly paused: boolean;
  /** File of its control socket; null: one of its own. Absent: nobody is to reach it. */
  readonly control?: string | null;
  /** Hears the order log while the run goes on. */
  readonly onOrderLog?: (log: OrderLogDrain) => void;
}

interface Source {
  readonly plan: Omit<ReplayPlan, 'paused'> | Omit<TapePlan, 'paused'>;
  /** Rejects when it cannot be read to its end. */
  readonly failed: Promise<never>;
  close(): void | Promise<void>;
}

export async function replayRun(options: ReplayRunOptions): Promise<RunResult> {
  const kept = keptPlan(options.runFolder);
  const { control: file, onLog } = options;
  const control =
    file === undefined
      ? NO_CONTROL
      : await openReplayControl({ control: file, isExpected: options.paused, ...(onLog && { onLog }) });
  try {
    return await replayKept(options, kept, control);
  } finally {
    control.close();
  }
}

async function replayKept(options: ReplayRunOptions, plan: KeptPlan, control: OpenControl): Promise<RunResult> {
  const startMs = Date.now();
  const { version: _, source: kept, ...settings } = plan;
  const source = await openSource(options.runFolder, kept);
  const warmUp = await openWarmUp(options);
  const { strategies, loop } = settings;
  const again: EnginePlan = {
    ...settings,
    hotCore: launchState().hotCore,
    rehearsals: warmUp.plans,
    memory: createPlanMemory(loop.maxInstruments, strategies.length),
    versions: keptVersions(options.runFolder),
    source: { ...source.plan, paused: options.paused },
  };
  giveBackMemory();
  const host = new EngineHost({
    plan: again,
    // `verify` listens to it; nothing is written.
    out: null,
    onRehearsed: warmUp.over,
    ...(options.onLog && { onLog: options.onLog }),
  });
  options.onOrderLog?.(host.orderLog);
  serveReplay(control, again, host);
  const undo = stopOnRequest(host, { ...options, seconds: null });
  try {
    const outcome = await Promise.race([host.outcome, source.failed]);
    return assembleResult({
      options: { loop, out: null },
      outcome,
      recording: null,
      ended: { ok: true, reason: outcome.report.stats.stopReason },
      startMs,
    });
  } finally {
    undo();
    host.stop('the replay is over');
    await source.close();
    await warmUp.close();
  }
}

async function openSource(runFolder: string, kept: KeptPlan['source']): Promise<Source> {
  if (kept.mode === 'tape') {
    const { ring, openedNs, failed, close } = feedTape(tapeFolderOf(runFolder));
    const { simulation: _, ...tape } = kept;
    return { plan: { ...tape, ring, openedNs }, failed, close };
  }
  const { file, more, feed, simulation, window } = kept;
  const missing = [file, ...more].find((path) => !existsSync(path));
  if (missing !== undefined) {
    throw new HotlapError(
      'ERR_RECORDING_MISSING',
      `${runFolder} is a replay of ${missing}, which is not there: put it back.`,
    );
  }
  const recording = await openRecordings([file, ...more], feed);
  return {
    plan: { mode: 'replay', recording: { ...recording.plan, ...window }, speed: 0, simulation },
    failed: recording.failed,
    close: () => recording.close(),
  };
}
