import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../support/engine/many-swaps.ts', import.meta.url));
const strategy = fileURLToPath(new URL('../../../strategies/imbalance-taker.ts', import.meta.url));
const SWAPS = 1_000;
const SAME_BYTES = 5 << 20;

it('a thousand swaps of different texts leave memory where it was', async ({ annotate }) => {
  // Without its compilation cache, as bin/launch.js starts the engine: it would keep every version.
  const args = ['--expose-gc', '--no-compilation-cache', program, String(SWAPS), strategy];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 150_000 });
  const { before, after, swaps } = JSON.parse(stdout) as { before: number; after: number; swaps: number };
  annotate(`${before} and ${after} bytes`);
  expect(swaps).toBe(SWAPS);
  expect(after - before).toBeLessThan(SAME_BYTES);
});
