/**
 * One compile cache for all processes of a test run: the tests start some thousand, each of which would strip the types
 * of the same files and compile them anew. An entry is found by a hash of the source.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function setup(): void {
  const folder = mkdtempSync(join(tmpdir(), 'hotlap-test-code-'));
  process.env.NODE_COMPILE_CACHE = folder;
  // Not at vitest's teardown: its workers write to it when they end, after that.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}
