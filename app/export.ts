/** `hotlap export`: what a recording or a run's folder holds, as Parquet files. */
import { existsSync, statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { HotlapError } from '../engine/domain/errors.ts';
import { EXPORT_TABLES, type ExportMarket, type ExportResult, type ExportTableName } from '../report/export-result.ts';
import { feedMidnightMs } from './engine-time.ts';
import { exportMarket } from './export/market-tables.ts';
import { ExportFiles, refuseExisting } from './export/open-file.ts';
import { dayOfRun, exportRun, openRun, type Run, refuseChanged } from './export/run-tables.ts';
import { type MarketSource, midnightOf } from './export/survey.ts';
import { feedTapePackets } from './export/tape-recording.ts';
import type { ExportOptions } from './options.ts';
import { hashFile } from './run-directory/manifest.ts';
import { createRunFolder } from './run-directory/write-run-folder.ts';
import { tapeFolderOf } from './tape/tape-drain.ts';

const isOfMarket = (table: ExportTableName): table is 'ticks' | 'books' => table === 'ticks' || table === 'books';

export async function exportTables(options: ExportOptions): Promise<ExportResult> {
  const startMs = Date.now();
  const out = resolve(options.out);
  const run = isFolder(options.source) ? openRun(resolve(options.source)) : undefined;
  if (run !== undefined) refuseWithin(run, out);
  const tables = tablesOf(options, run);
  if (!options.force) refuseExisting(out, tables);
  createRunFolder(out);
  const files = new ExportFiles(out);
  try {
    const market = await write(options, run, tables, files);
    return {
      source: resolve(options.source),
      out,
      tables: files.publish(),
      market,
      elapsedSeconds: (Date.now() - startMs) / 1000,
    };
  } finally {
    files.discard();
  }
}

async function write(
  options: ExportOptions,
  run: Run | undefined,
  tables: readonly ExportTableName[],
  files: ExportFiles,
): Promise<ExportMarket | null> {
  const { onProgress, signal, symbols, everyNs, depth } = options;
  const ofMarket = tables.filter(isOfMarket);
  const source: MarketSource = {
    ...sourceOf(options, run),
    signal,
    onProgress: (done, total) => onProgress?.({ step: 'exporting', done, total, unit: 'bytes' }),
  };
  if (run !== undefined) {
    const midnightMs = await midnightOfRun(options, run, source);
    await exportRun(run, { tables, midnightMs }, files.open);
  }
  if (ofMarket.length === 0) return null;
  if (run !== undefined) await refuseOther(run);
  const midnightMs = await midnightOfMarket(options, run, source);
  const market = await exportMarket({ ...source, tables: ofMarket, midnightMs, symbols, everyNs, depth }, files.open);
  // A tape that was cut lacks what came in later.
  return { ...market, truncated: market.truncated || (run?.manifest.tapeCutAt ?? null) !== null };
}

function sourceOf({ source, feed, window }: ExportOptions, run: Run | undefined): MarketSource {
  if (run === undefined) return { file: source, feed, window };
  const kept = run.plan.source;
  if (kept.mode === 'tape') {
    const { folder, manifest, plan } = run;
    const bytes = tapeFilesOf(run).reduce((sum, name) => sum + (manifest.files[name]?.bytes ?? 0), 0);
    const open = (ring: SharedArrayBuffer) => feedTapePackets(tapeFolderOf(folder), plan.day0Ms, bytes, ring);
    return { file: source, open, feed: null, window };
  }
  return { file: kept.file, feed: kept.feed, window: { ...kept.window, ...window } };
}

/** Messages of a live run may be of another day than the run: a simulator plays yesterday's. */
async function midnightOfMarket({ date }: ExportOptions, run: Run | undefined, source: MarketSource) {
  if (date !== null) return feedMidnightMs(date);
  const told = run?.plan.source.mode === 'replay' ? dayOfRun(run) : null;
  return told ?? (await midnightOf(source));
}

async function midnightOfRun({ date }: ExportOptions, run: Run, source: MarketSource): Promise<number | null> {
  if (date !== null) return feedMidnightMs(date);
  return dayOfRun(run) ?? (existsSync(source.file) ? await midnightOf(source) : null);
}

/** Ticks and books of a replay are in the recording, those of a live run on its tape. */
const hasMarket = ({ plan: { source } }: Run): boolean =>
  source.mode === 'tape' || (source.more.length === 0 && existsSync(source.file));

function tablesOf({ tables, source }: ExportOptions, run: Run | undefined): readonly ExportTableName[] {
  const there = EXPORT_TABLES.filter((table) =>
    isOfMarket(table) ? run === undefined || hasMarket(run) : run !== undefined,
  );
  if (tables.length === 0) return there;
  const absent = tables.find((table) => !there.includes(table));
  if (absent === undefined) return EXPORT_TABLES.filter((table) => tables.includes(table));
  throw new HotlapError('ERR_EXPORT_TABLE', absentSentence(source, run, absent));
}

function absentSentence(source: string, run: Run | undefined, table: ExportTableName): string {
  if (run === undefined)
    return `${source} is a recording, which has no ${table}: give the folder of a run, as \`hotlap replay\`, \`demo\` and \`run\` write it with --out.`;
  const { source: kept } = run.plan;
  if (kept.mode === 'replay' && kept.more.length > 0)
    return `${source} is a replay of several recordings, merged: export the ${table} of each of them.`;
  return `${source} is a replay of ${kept.mode === 'replay' ? kept.file : source}, which is not there, and the ${table} are in it: put it back.`;
}

/** The market of a run is that of its recording, or of its tape, as they were then. */
async function refuseOther(run: Run): Promise<void> {
  const { folder, manifest } = run;
  if (run.plan.source.mode === 'tape') {
    for (const name of tapeFilesOf(run)) await refuseChanged(run, name);
    return;
  }
  const [recording] = manifest.recordings;
  if (recording?.hashed == null) return;
  const { sha256 } = await hashFile(recording.file);
  if (sha256 === recording.hashed.sha256) return;
  throw new HotlapError(
    'ERR_RUN_FOLDER_CONTENT',
    `${recording.file} is not what the run of ${folder} replayed, its sha256 is another: put the recording back, or export only --tables orders,fills,latencies.`,
  );
}

const tapeFilesOf = ({ manifest }: Run): string[] =>
  Object.keys(manifest.files).filter((name) => name.startsWith('tape/'));

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Nothing strange may lie in it. */
function refuseWithin({ folder }: Run, out: string): void {
  if (!`${out}${sep}`.startsWith(`${folder}${sep}`)) return;
  throw new HotlapError(
    'ERR_RUN_FOLDER',
    `${out} lies in the folder of the run, which \`hotlap verify\` would no longer know: choose another with --out.`,
  );
}
