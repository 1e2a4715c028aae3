/** A live run again, from what really came in: its packets, reports and commands, turn by turn. */
import type { RunResult } from '../report/run-result.ts';
import { assembleResult } from './assemble-result.ts';
import { finishRun, openWarmUp, stopOnRequest } from './drive-engine.ts';
import { EngineHost } from './engine-host.ts';
import { launchState } from './launch-state.ts';
import type { EngineOptions } from './options.ts';
import { keptPlan } from './run-directory/kept-plan.ts';
import { createRunFolder } from './run-directory/write-run-folder.ts';
import { createPlanMemory } from './shared-memory.ts';
import { tapeFolderOf } from './tape/tape-drain.ts';
import { feedTape } from './tape/tape-feeder.ts';

export interface ReplayRunOptions extends EngineOptions {
  readonly runFolder: string;
}

export async function replayRun(options: ReplayRunOptions): Promise<RunResult> {
  const startMs = Date.now();
  const { version: _, source, ...settings } = keptPlan(options.runFolder);
  if (options.out !== null) createRunFolder(options.out);
  const tape = feedTape(tapeFolderOf(options.runFolder));
  const warmUp = await openWarmUp(options);
  const { strategies, loop } = settings;
  const host = new EngineHost({
    plan: {
      ...settings,
      hotCore: launchState().hotCore,
      rehearsals: warmUp.plans,
      memory: createPlanMemory(loop.maxInstruments, strategies.length),
      source: { mode: 'tape', ...source, ring: tape.ring, openedNs: tape.openedNs },
    },
    ...(options.onLog && { onLog: options.onLog }),
  });
  const undo = stopOnRequest(host, options);
  try {
    const outcome = await Promise.race([host.outcome, tape.failed]);
    const result = assembleResult({
      options: { ...options, loop },
      strategies,
      outcome,
      recording: null,
      ended: { ok: true, reason: outcome.report.stats.stopReason },
      startMs,
    });
    return finishRun(options, 'replay', result, outcome, startMs);
  } finally {
    undo();
    host.stop('the replay is over');
    tape.close();
    await warmUp.close();
  }
}
