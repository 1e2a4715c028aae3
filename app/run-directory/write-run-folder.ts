import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HotlapError } from '../../engine/domain/errors.ts';
import { type HlogHistogram, hlogText } from '../../report/hlog.ts';
import type { RunResult } from '../../report/run-result.ts';
import { runSummary } from '../../report/run-summary.ts';
import { makeFolder } from '../make-folder.ts';

/** Creates the folder that --out names, before a run is spent on a folder that cannot be written. @returns its absolute path */
export function createRunFolder(folder: string): string {
  const out = resolve(folder);
  return written(out, () => {
    makeFolder(out);
    return out;
  });
}

/** Writes summary.json, summary.txt, latency.hlog, orders.csv and equity.csv. @returns the result, with the folder's absolute path in `out` */
export function writeRunFolder(
  folder: string,
  command: string,
  result: RunResult,
  histograms: readonly HlogHistogram[],
  orders: string,
  equity: string,
): RunResult {
  const out = createRunFolder(folder);
  const complete = { ...result, out };
  return written(out, () => {
    writeFileSync(join(out, 'summary.json'), `${JSON.stringify(complete, null, 2)}\n`);
    writeFileSync(join(out, 'summary.txt'), runSummary(command, complete));
    writeFileSync(join(out, 'latency.hlog'), hlogText(histograms));
    writeFileSync(join(out, 'orders.csv'), orders);
    writeFileSync(join(out, 'equity.csv'), equity);
    return complete;
  });
}

function written<T>(out: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    throw new HotlapError(
      'ERR_RUN_FOLDER',
      `The folder ${out} cannot be written (${(cause as NodeJS.ErrnoException).code}): choose another with --out.`,
      { cause },
    );
  }
}
