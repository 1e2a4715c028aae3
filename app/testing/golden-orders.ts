import { AssertionError } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { refuseFaults } from './expect-orders.ts';
import { type FileName, pathOf, type TestRun } from './test-strategy.ts';

/** With `HOTLAP_GOLDEN=write` files are written instead of compared. */
const WRITE = 'write';

/**
 * Holds a run's order log against the one that a file keeps.
 * @param write writes the file instead; by default where the environment has `HOTLAP_GOLDEN=write`
 * @throws AssertionError with the first line that differs, or where there is no such file yet
 */
export function goldenOrders(
  run: Pick<TestRun, 'orderLog' | 'faults'>,
  file: FileName,
  { write = process.env.HOTLAP_GOLDEN === WRITE }: { readonly write?: boolean } = {},
): void {
  refuseFaults(run);
  const path = pathOf(file);
  if (write) {
    makeFolder(dirname(path));
    writeFileSync(path, run.orderLog);
    return;
  }
  const kept = keptText(path);
  if (kept === run.orderLog) return;
  const was = kept.split('\n');
  const is = run.orderLog.split('\n');
  const at = was.findIndex((line, index) => line !== is[index]);
  const first = at < 0 ? was.length : at;
  throw fails(
    [
      `Other orders than in ${path}, from line ${first + 1} on.`,
      `  kept  ${was[first] || 'nothing more'}`,
      `  now   ${is[first] || 'nothing more'}`,
      `${was.length - 1} lines are kept, now there are ${is.length - 1}. Where the new ones are right, run the test once with HOTLAP_GOLDEN=${WRITE}.`,
    ].join('\n'),
  );
}

function keptText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw fails(
      `There is no ${path} to compare with: run the test once with HOTLAP_GOLDEN=${WRITE}, and look at what it writes.`,
    );
  }
}

const fails = (message: string): AssertionError =>
  new AssertionError({ message, operator: 'goldenOrders', stackStartFn: goldenOrders });
