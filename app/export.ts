/** `hotlap export`: what a recording or a run's folder holds, as Parquet files. */
import { existsSync, statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { HotlapError } from '../engine/domain/errors.ts';
import { EXPORT_TABLES, type ExportMarket, type ExportResult, type ExportTableName } from '../report/export-result.ts';
import { feedMidnightMs } from './engine-time.ts';
import { exportMarket } from './export/market-tables.ts';
import { ExportFiles, refuseExisting } from './export/open-file.ts';
import { dayOfRun, exportRun, openRun, type Run } from './export/run-tables.ts';
import { type MarketSource, midnightOf } from './export/survey.ts';
import type { ExportOptions } from './options.ts';
import { hashFile } from './run-directory/manifest.ts';
import { createRunFolder } from './run-directory/write-run-folder.ts';

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
  const midnightMs = await midnightFor(options, run, source);
  if (run !== undefined) await exportRun(run, { tables, midnightMs }, files.open);
  if (ofMarket.length === 0) return null;
  if (run !== undefined) await refuseOther(run);
  return await exportMarket({ ...source, tables: ofMarket, midnightMs, symbols, everyNs, depth }, files.open);
}

function sourceOf({ source, feed, window }: ExportOptions, run: Run | undefined): MarketSource {
  const kept = run?.plan.source;
  if (kept?.mode !== 'replay') return { file: source, feed, window };
  return { file: kept.file, feed: kept.feed, window: { ...kept.window, ...window } };
}

async function midnightFor(
  { date }: ExportOptions,
  run: Run | undefined,
  source: MarketSource,
): Promise<number | null> {
  if (date !== null) return feedMidnightMs(date);
  if (run === undefined) return await midnightOf(source);
  return dayOfRun(run) ?? (existsSync(source.file) ? await midnightOf(source) : null);
}

/** Ticks and books are in the recording that was replayed; of a live run there is the tape, which nobody decodes here. */
const hasMarket = ({ plan }: Run): boolean => plan.source.mode === 'replay' && existsSync(plan.source.file);

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
  if (run.plan.source.mode === 'replay')
    return `${source} is a replay of ${run.plan.source.file}, which is not there, and the ${table} are in it: put it back.`;
  return `${source} is of a live run, which keeps no recording to take ${table} from: export a recording of its feed.`;
}

/** The market of a run is that of the recording as it was then. */
async function refuseOther({ folder, manifest: { recording } }: Run): Promise<void> {
  if (recording?.hashed == null) return;
  const { sha256 } = await hashFile(recording.file);
  if (sha256 === recording.hashed.sha256) return;
  throw new HotlapError(
    'ERR_RUN_FOLDER_CONTENT',
    `${recording.file} is not what the run of ${folder} replayed, its sha256 is another: put the recording back, or export only --tables orders,fills,latencies.`,
  );
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Nothing strange may lie in it. */
function refuseWithin({ folder }: Run, out: string): void {
  if (!`${out}${sep}`.startsWith(`${folder}${sep}`)) return;
  throw new HotlapError(
    'ERR_RUN_FOLDER',
    `${out} lies in the folder of the run, which \`hotlap verify\` would no longer know: choose another with --out.`,
  );
}
