/** Orders, fills and latencies of a run, from what its folder keeps. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { ExportTableName } from '../../report/export-result.ts';
import { hlogBuckets } from '../../report/hlog.ts';
import { feedMidnightMs } from '../engine-time.ts';
import { type KeptPlan, keptPlan } from '../run-directory/kept-plan.ts';
import { hashFile, type Manifest, readManifest } from '../run-directory/manifest.ts';
import { orderLines } from '../run-directory/order-lines.ts';
import type { OpenFile } from './open-file.ts';
import { OrderRows } from './order-rows.ts';
import { FILL_COLUMNS, LATENCY_COLUMNS, ORDER_COLUMNS } from './run-columns.ts';
import { instantOf } from './tick-rows.ts';

const SUMMARY = 'summary.json';
const ORDERS = 'orders.csv';
const LATENCIES = 'latency.hlog';

export interface Run {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly plan: KeptPlan;
}

/** @throws HotlapError for what is no folder of a run, or of one that was killed */
export function openRun(folder: string): Run {
  const manifest = readManifest(folder);
  if (manifest.endedAt === null) {
    throw new HotlapError(
      'ERR_RUN_UNFINISHED',
      `The run of ${folder} was killed before it could write its orders down: \`hotlap replay ${folder} --json\` runs it again as far as it goes.`,
    );
  }
  return { folder, manifest, plan: keptPlan(folder) };
}

export interface RunExport {
  readonly tables: readonly ExportTableName[];
  /** ms since 1970 of engine time 0; null where nothing says which day it was. */
  readonly midnightMs: number | null;
}

export async function exportRun(run: Run, { tables, midnightMs }: RunExport, open: OpenFile): Promise<void> {
  const { folder, manifest, plan } = run;
  if (tables.includes('orders') || tables.includes('fills')) {
    await refuseChanged(run, SUMMARY);
    await refuseChanged(run, ORDERS);
    const names = {
      strategies: plan.strategies.map(({ id }) => id),
      symbols: symbolsOf(folder),
      instant: instantOf(midnightMs),
    };
    const orders = tables.includes('orders') ? open('orders', ORDER_COLUMNS) : undefined;
    const rows = new OrderRows(names, tables.includes('fills') ? open('fills', FILL_COLUMNS) : undefined);
    for (const line of orderLines(join(folder, ORDERS))) if (!rows.take(line)) throw damaged(folder, ORDERS);
    if (orders !== undefined) rows.writeOrders(orders);
  }
  if (tables.includes('latencies')) {
    await refuseChanged({ folder, manifest, plan }, LATENCIES);
    const file = open('latencies', LATENCY_COLUMNS);
    for (const { tag, fromNs, toNs, count } of hlogBuckets(readFileSync(join(folder, LATENCIES), 'utf8')))
      file.add(tag, fromNs, toNs, count);
  }
}

/** A live run knows its day; a replay only where it was told one, and is on the day it ran otherwise. */
export function dayOfRun({ manifest, plan }: Run): number | null {
  if (manifest.command !== 'replay') return plan.day0Ms;
  return plan.day0Ms === feedMidnightMs(null, Date.parse(manifest.startedAt)) ? null : plan.day0Ms;
}

const summarySchema = z.object({ instruments: z.array(z.object({ symbol: z.string() })) });

function symbolsOf(folder: string): readonly string[] {
  try {
    return summarySchema
      .parse(JSON.parse(readFileSync(join(folder, SUMMARY), 'utf8')))
      .instruments.map(({ symbol }) => symbol);
  } catch (cause) {
    throw new HotlapError(
      'ERR_RUN_FOLDER_CONTENT',
      `${join(folder, SUMMARY)} does not name the instruments of the orders, since an earlier hotlap wrote it: run it again with this one.`,
      { cause },
    );
  }
}

/** @throws HotlapError where a file of the folder is not as it was when the run ended */
export async function refuseChanged({ folder, manifest }: Run, name: string): Promise<void> {
  const was = manifest.files[name];
  const is = await hashFile(join(folder, name)).catch(() => undefined);
  if (was === undefined || is?.sha256 !== was.sha256) throw damaged(folder, name);
}

const damaged = (folder: string, name: string): HotlapError =>
  new HotlapError(
    'ERR_RUN_FOLDER_CONTENT',
    `${join(folder, name)} is not as hotlap wrote it: \`hotlap verify ${folder}\` tells what has changed; take the folder from a copy.`,
  );
