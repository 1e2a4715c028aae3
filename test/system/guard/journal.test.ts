/** What the order journal costs the thread that sends: no system call, no page fault, nothing from the heap. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { callsBetweenMarks } from '../../support/guard/calls-between-marks.ts';

const program = fileURLToPath(new URL('../../support/store/hot-journal.ts', import.meta.url));
const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'hotlap-hot-journal-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('10,000 orders and their reports are journalled without a page fault, and take nothing from the heap', ({
  annotate,
}) => {
  const result = JSON.parse(execFileSync(process.execPath, [program, newFolder()], { encoding: 'utf8' }));
  annotate(JSON.stringify(result.ns));
  expect(result.collections).toBe(0);
  // The drain's own answers are in it; one heap number an order would be 16.
  expect(result.bytesPerOrder).toBeLessThan(1);
  // V8 may touch a page of its own; a fault for each record would be 30,000.
  expect(result.minorFaults).toBeLessThan(10);
  expect(result.majorFaults).toBe(0);
});

test('they ask nothing of the kernel', ({ skip }) => {
  const watched = callsBetweenMarks(program, newFolder());
  if ('reason' in watched) return skip(watched.reason);
  const { calls } = watched;
  // V8 itself asks for memory now and then, whatever is called.
  expect(calls.length, calls.slice(0, 10).join('\n')).toBeLessThan(10);
});
