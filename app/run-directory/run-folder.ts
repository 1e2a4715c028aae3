/** The folder of a run from its beginning to its end: first what the run is made of, last the hash of everything. */
import { resolve } from 'node:path';
import type { RunResult } from '../../report/run-result.ts';
import type { EnginePlan } from '../engine-plan.ts';
import type { EngineOptions } from '../options.ts';
import { version } from '../version.ts';
import { type KeptReplay, type KeptTape, keepPlan } from './kept-plan.ts';
import { beginManifest, hashFile, hashFolder, type Manifest, readManifest, writeManifest } from './manifest.ts';

export interface BeginningFolder {
  readonly command: Manifest['command'];
  /** What is replayed, or what the simulator plays. */
  readonly recordings: readonly string[];
  readonly startMs: number;
  readonly plan: EnginePlan;
  readonly source: KeptTape | KeptReplay;
}

/** Before the hot thread is there. Nothing without --out. */
export function beginRunFolder(
  { out, commandLine = [], configuration = null }: EngineOptions,
  { command, recordings, startMs, plan, source }: BeginningFolder,
): void {
  if (out === null) return;
  keepPlan(out, plan, source);
  const manifest = beginManifest({
    hotlap: version(),
    node: process.version,
    command,
    arguments: [...commandLine],
    startedAt: new Date(startMs).toISOString(),
    configuration,
    strategies: plan.strategies.map(({ id, bundle, files }) => ({
      name: id,
      file: bundle.file,
      sha256: bundle.hash,
      loaded: [...files],
    })),
    recordings: recordings.map((file) => ({ file: resolve(file), hashed: null })),
  });
  writeManifest(out, manifest);
}

/** Once nothing of the run writes to its folder any more. */
export async function endRunFolder({ out }: EngineOptions, result: RunResult): Promise<RunResult> {
  if (out === null) return result;
  const manifest = readManifest(out);
  writeManifest(out, {
    ...manifest,
    recordings: await Promise.all(
      manifest.recordings.map(async ({ file }) => ({ file, hashed: await hashFile(file) })),
    ),
    endedAt: new Date().toISOString(),
    ended: result.ended,
    orderLogHash: result.orderLogHash,
    files: await hashFolder(resolve(out)),
    tapeCutAt: result.tapeCutAt ?? null,
  });
  return result;
}
