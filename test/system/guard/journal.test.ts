/** What the order journal costs the thread that sends: no system call, no page fault, nothing from the heap. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

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
  const folder = newFolder();
  const trace = join(folder, 'trace');
  const traced = spawnSync('strace', ['-f', '-o', trace, process.execPath, program, folder], { timeout: 100_000 });
  if (traced.error !== undefined) skip('strace is not installed (apt-get install strace)');
  if (traced.status !== 0 && /ptrace/.test(String(traced.stderr))) skip('this machine does not allow ptrace');
  expect(traced.status).toBe(0);
  const lines = readFileSync(trace, 'latin1').split('\n');
  const begin = lines.findIndex((line) => line.includes('/hotlap-begin'));
  const end = lines.findIndex((line) => line.includes('/hotlap-end'));
  expect(begin).toBeGreaterThan(0);
  expect(end).toBeGreaterThan(begin);
  const [thread] = (lines[begin] as string).split(' ');
  const calls = lines.slice(begin + 1, end).filter((line) => line.startsWith(`${thread} `));
  // V8 itself asks for memory now and then, whatever is called.
  expect(calls.length, calls.slice(0, 10).join('\n')).toBeLessThan(10);
});
