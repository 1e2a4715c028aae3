/** A recording through the production path in recorded time, orders filled by the exchange model on the same thread. */
import { resolve } from 'node:path';
import { CELL, CELLS_DOUBLES, type FeedSummary } from '../native/index.ts';
import type { RunResult } from '../report/run-result.ts';
import { assembleResult } from './assemble-result.ts';
import type { OpenControl } from './control/open-control.ts';
import { bundleAll, finishRun, openWarmUp, planEngine, stopOnRequest } from './drive-engine.ts';
import { EngineHost } from './engine-host.ts';
import type { PlannedStrategy } from './engine-plan.ts';
import { feedMidnightMs } from './engine-time.ts';
import { giveBackMemory } from './give-back-memory.ts';
import type { ReplayOptions } from './options.ts';
import { openRecordings } from './recording/merged-recordings.ts';
import { refuseForeign, refuseOutside } from './recording/verdict.ts';
import { openReplayControl, serveReplay } from './replay-control.ts';
import { beginRunFolder, endRunFolder } from './run-directory/run-folder.ts';
import { SIMULATOR } from './simulator-sessions.ts';

export async function replay(options: ReplayOptions): Promise<RunResult> {
  const startMs = Date.now();
  const strategies = await bundleAll(options);
  const { speed, paused } = options;
  const control = await openReplayControl({ ...options, isExpected: paused || speed !== 'max' });
  try {
    return await replayWith(options, strategies, control, startMs);
  } finally {
    control.close();
  }
}

async function replayWith(
  options: ReplayOptions,
  strategies: readonly PlannedStrategy[],
  control: OpenControl,
  startMs: number,
): Promise<RunResult> {
  const { more } = options;
  const recording = await openRecordings([options.recording, ...more], options.source);
  const warmUp = await openWarmUp(options);
  const plan = planEngine(options, {
    venue: SIMULATOR,
    strategies,
    source: {
      mode: 'replay',
      recording: { ...recording.plan, ...options.window },
      speed: options.speed === 'max' ? 0 : options.speed,
      paused: options.paused,
      simulation: options.simulation,
    },
    rehearsals: warmUp.plans,
    armed: true,
    day0Ms: feedMidnightMs(options.date),
  });
  beginRunFolder(options, {
    command: 'replay',
    recordings: [options.recording, ...more],
    startMs,
    plan,
    source: {
      mode: 'replay',
      simulation: options.simulation,
      file: resolve(options.recording),
      more: more.map((file) => resolve(file)),
      feed: options.source,
      window: options.window,
    },
  });
  const cells = new Float64Array(plan.memory.cells, 0, CELLS_DOUBLES);
  giveBackMemory();
  const host = new EngineHost({
    plan,
    out: options.out,
    onRehearsed: warmUp.over,
    ...(options.onLog && { onLog: options.onLog }),
    onTick: () =>
      options.onProgress?.({
        step: 'replaying',
        done: recording.bytesRead(),
        total: recording.fileBytes,
        unit: 'bytes',
      }),
  });
  serveReplay(control, plan, host);
  const undo = stopOnRequest(host, options);
  try {
    const outcome = await Promise.race([host.outcome, recording.failed]);
    if (cells[CELL.sourceEnded] === 1) {
      refuseForeign(options.recording, outcome.report.feed, options.source);
      refuseOutside(options.recording, options.window, outcome.report.feed);
    }
    const result = assembleResult({
      options,
      outcome,
      recording: {
        file: options.recording,
        ...(more.length > 0 && { merged: more }),
        otherGroups: otherGroupsOf(outcome.report.feed),
      },
      ended: { ok: true, reason: outcome.report.stats.stopReason },
      startMs,
    });
    return await endRunFolder(options, finishRun(options, 'replay', result, outcome, startMs));
  } finally {
    undo();
    host.stop('the replay is over');
    await recording.close();
    await warmUp.close();
  }
}

/** Of several recordings the feed may have come from several groups. */
function otherGroupsOf({ group, groups }: FeedSummary): FeedSummary['groups'] {
  const chosen = new Set(group.split(', '));
  return groups.filter((each) => !chosen.has(each.group));
}
