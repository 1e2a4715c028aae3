import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** Another one with FUZZ_SEED; what fails prints the command that tries it again. */
const SEED = Number(process.env.FUZZ_SEED ?? 44);
const ORDERS = 100_000;
const RUN = fileURLToPath(new URL('../fuzz/orders/run.ts', import.meta.url));

it(`${ORDERS} orders of seed ${SEED}: engine and venue agree on every order, fill, position and cent`, async () => {
  const args = [RUN, '--orders', String(ORDERS), '--seed', String(SEED)];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toMatch(/^1\d{5} orders of seed \d+: both sides agree\n$/);
  const counts = JSON.parse(stderr.trimEnd().split('\n').at(-1) as string);
  // It went deep: orders traded, were replaced and cancelled.
  expect(counts.executions).toBeGreaterThan(ORDERS / 4);
  expect(counts.replaces).toBeGreaterThan(ORDERS / 20);
  expect(counts.cancels).toBeGreaterThan(ORDERS / 20);
}, 120_000);
