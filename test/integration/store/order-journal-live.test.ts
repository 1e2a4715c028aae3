/** A journal is read while another process writes it, begins segments, and writes over its ring. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { journalEntries } from '../../../app/journal-entries.ts';

const program = fileURLToPath(new URL('../../support/journal/busy-writer.ts', import.meta.url));
// In memory, so that the writer never waits: the more it does between two reads, the better.
const root = mkdtempSync('/dev/shm/hotlap-journal-live-');
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** How many records there are; they must be 1, 2, 3 … without a gap. */
function count(folder: string, ringFile?: string): number {
  let expected = 0;
  for (const { payload } of journalEntries({ folder, ...(ringFile && { ringFile }) })) {
    expected++;
    const number = new Float64Array(payload.slice(0, 8).buffer)[0];
    if (number !== expected) throw new Error(`record ${number} instead of ${expected}`);
  }
  return expected;
}

test('every read is whole, and goes further than the one before', async () => {
  const folder = join(root, 'orders');
  const ringFile = join(root, 'ring');
  const writer = spawn(process.execPath, [program, folder, ringFile], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(writer.stdout)[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('writing');
  let before = 0;
  const endMs = performance.now() + 1_500;
  let reads = 0;
  for (; performance.now() < endMs || reads < 5; reads++) {
    const found = count(folder, ringFile);
    expect(found).toBeGreaterThanOrEqual(before);
    before = found;
  }
  expect(before).toBeGreaterThan(1_000);
  writer.stdin.end();
  const written = Number((await lines.next()).value);
  expect(written).toBeGreaterThanOrEqual(before);
  expect(count(folder)).toBe(written);
});
