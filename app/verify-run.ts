/** Is a run's folder as it was written, and does the run, run again, send the same orders? */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HotlapError } from '../engine/domain/errors.ts';
import type { OrderDifference, VerifyResult } from '../report/verify-result.ts';
import type { EngineOptions } from './options.ts';
import { orderLogLine } from './order-log-drain.ts';
import { replayRun } from './replay-run.ts';
import { differencesOf, hashFile, type Manifest, readManifest } from './run-directory/manifest.ts';
import { orderLines, tellOrderLine } from './run-directory/order-lines.ts';

export interface VerifyOptions extends Pick<EngineOptions, 'onLog' | 'onProgress' | 'signal'> {
  readonly runFolder: string;
}

export async function verifyRun(options: VerifyOptions): Promise<VerifyResult> {
  const folder = resolve(options.runFolder);
  const manifest = readManifest(folder);
  if (manifest.endedAt === null || manifest.orderLogHash === null) {
    throw new HotlapError(
      'ERR_RUN_UNFINISHED',
      `The run of ${folder} was killed before it could write down what its files are: there is nothing to compare with. \`hotlap replay ${options.runFolder}\` runs it again as far as its tape goes.`,
    );
  }
  const files = Object.keys(manifest.files).length;
  const changed = [...(await differencesOf(folder, manifest)), ...(await recordingDifferences(manifest))];
  const { command, orderLogHash } = manifest;
  const about = { folder, command, files, changed, orderLogHash };
  // What has changed need not run, and says nothing of the run.
  if (changed.length > 0) return { ...about, again: null, ok: false };
  if (manifest.tapeCutAt !== null) {
    throw new HotlapError(
      'ERR_RUN_TAPE_CUT',
      `The disk was full or too slow for the tape of ${folder}: from turn ${manifest.tapeCutAt} on it lacks what came in. Its files are unchanged; to be able to run a run again, give it more room or a faster disk.`,
    );
  }
  const again = await runAgain(options, folder, orderLogHash);
  return { ...about, again, ok: again.orderLogHash === orderLogHash };
}

/** What was replayed lies outside of the folder. */
async function recordingDifferences({ command, recordings }: Manifest): Promise<string[]> {
  const sentences: string[] = [];
  for (const { file, hashed } of command === 'replay' ? recordings : []) {
    if (hashed === null) continue;
    if (!existsSync(file)) sentences.push(`The recording ${file} is missing.`);
    else if ((await hashFile(file)).sha256 !== hashed.sha256)
      sentences.push(`The recording ${file} has changed: its sha256 is another.`);
  }
  return sentences;
}

async function runAgain(
  options: VerifyOptions,
  folder: string,
  hash: string,
): Promise<NonNullable<VerifyResult['again']>> {
  const expected = orderLines(join(folder, 'orders.csv'));
  let difference: OrderDifference | null = null;
  let records = 0;
  const compare = (line: string | undefined): void => {
    const { value } = expected.next();
    records += 1;
    if (difference === null && value !== line) difference = differenceAt(records, value, line);
  };
  const { orderLogHash } = await replayRun({
    ...options,
    runFolder: folder,
    paused: false,
    warmUpMessages: 0,
    onOrderLog: (log) => log.listen((record) => compare(orderLogLine(record))),
  });
  if (orderLogHash !== hash && difference === null) compare(undefined);
  expected.return(undefined);
  return { orderLogHash, records, difference };
}

const differenceAt = (record: number, was: string | undefined, is: string | undefined): OrderDifference => ({
  record,
  was: was === undefined ? null : tellOrderLine(was),
  is: is === undefined ? null : tellOrderLine(is),
});
