/** The whole circle on one machine: a simulator process plays a recording, the engine trades against it over real sockets. */
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HotlapError } from '../engine/domain/errors.ts';
import { latencySummary } from '../report/latency-summary.ts';
import type { LatencySummary, RunResult } from '../report/run-result.ts';
import { assembleResult } from './assemble-result.ts';
import { finishRun } from './drive-engine.ts';
import type { DemoOptions } from './options.ts';
import { type OpenedOrderJournal, openOrderJournal, removeJournal } from './order-journal.ts';
import { endRunFolder } from './run-directory/run-folder.ts';
import { createRunFolder } from './run-directory/write-run-folder.ts';
import { sharedMemoryFile, temporaryFolderName } from './run-files.ts';
import type { MarketReport } from './simulator-process.ts';
import { tradeWithSimulator } from './trade-with-simulator.ts';
import { unsentSentence } from './unsent-packets.ts';

export async function demo(options: DemoOptions): Promise<RunResult> {
  const startMs = Date.now();
  const journal = openDemoJournal(options);
  let result: RunResult;
  try {
    result = await traded(options, journal, startMs);
  } finally {
    journal.close();
  }
  return endRunFolder(options, result);
}

async function traded(options: DemoOptions, journal: OpenedOrderJournal, startMs: number): Promise<RunResult> {
  const { outcome, wireToWire, market, dropCopy, failure } = await tradeWithSimulator(options, journal);
  const result = assembleResult({
    options,
    outcome,
    recording: {
      file: options.recording,
      ...(market !== null && sentBy(market)),
    },
    wireToWire: wireToWire === null ? null : exactSummary(wireToWire),
    ended: endOf(outcome.report.stats.stopReason, failure, market),
    startMs,
    dropCopy,
  });
  return finishRun(options, 'demo', result, outcome, startMs);
}

const sentBy = ({ playback }: MarketReport) => ({
  latePackets: playback.latePackets,
  playedSeconds: playback.elapsedNs / 1e9,
  unsentPackets: playback.sendErrors + playback.sendDrops,
  truncated: playback.truncated,
});

/** Gaps of the venue's own making are nothing that a run may end well with. */
function endOf(stopReason: string, failure: string | undefined, market: MarketReport | null): RunResult['ended'] {
  if (failure !== undefined) return { ok: false, reason: failure };
  const unsent = market === null ? undefined : unsentSentence(market.playback);
  return unsent === undefined ? { ok: true, reason: stopReason } : { ok: false, reason: `${stopReason} · ${unsent}` };
}

/** In the run's folder, where there is one; each demo begins anew, as its simulator does. */
function openDemoJournal({ out, onLog }: DemoOptions): OpenedOrderJournal {
  if (out !== null) {
    const folder = join(createRunFolder(out), 'journal');
    removeJournal(folder);
    return openOrderJournal(folder, onLog);
  }
  const folder = temporaryFolder();
  const journal = openOrderJournal(folder, onLog, { ringFile: sharedMemoryFile('orders') });
  return {
    ...journal,
    close: () => {
      journal.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function temporaryFolder(): string {
  try {
    const folder = temporaryFolderName('orders');
    mkdirSync(folder, { mode: 0o700 });
    return folder;
  } catch (cause) {
    throw new HotlapError(
      'ERR_RUN_FOLDER',
      `No folder for the order journal can be made in ${tmpdir()} (${(cause as NodeJS.ErrnoException).code}): name one with --out, or set TMPDIR.`,
      { cause },
    );
  }
}

function exactSummary(values: Float64Array): LatencySummary {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  return latencySummary({
    count: sorted.length,
    max: sorted.at(-1) ?? Number.NaN,
    percentile: (percent) => sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)],
  });
}
