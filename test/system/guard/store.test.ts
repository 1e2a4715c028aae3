/** What keeping a message durably costs the hot thread: no system call, nothing from the heap. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { callsBetweenMarks } from '../../support/guard/calls-between-marks.ts';

const program = fileURLToPath(new URL('../../support/store/hot-store.ts', import.meta.url));
const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'hotlap-hot-store-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('a message that is kept takes nothing from the heap', ({ annotate }) => {
  const result = JSON.parse(execFileSync(process.execPath, [program, newFolder()], { encoding: 'utf8' }));
  annotate(JSON.stringify(result.ns));
  expect(result.collections).toBe(0);
  expect(result.bytesPerMessage).toBeLessThan(0.5);
});

test('keeping, counting and reading back ask nothing of the kernel', ({ skip }) => {
  const watched = callsBetweenMarks(program, newFolder());
  if ('reason' in watched) return skip(watched.reason);
  const { calls } = watched;
  // V8 itself asks for memory now and then, whatever is called.
  expect(calls.length, calls.slice(0, 10).join('\n')).toBeLessThan(10);
});
