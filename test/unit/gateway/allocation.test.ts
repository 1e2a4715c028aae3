import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../support/fix-allocation.ts', import.meta.url));

it.each([
  ['an order and its report', []],
  ['both held against the dictionary', ['--validate']],
])('%s, on both sides of the wire, allocate nothing', (_what, options) => {
  const result = JSON.parse(execFileSync(process.execPath, [PROGRAM, ...options], { encoding: 'utf8' }));
  expect(result.orders).toBeGreaterThanOrEqual(1_000_000);
  expect(result.reports).toBeGreaterThan(result.orders);
  // Compiling and the measurement itself leave some hundred kilobytes, whatever the count: 16 bytes an order would be 19 MB.
  expect(result.bytesPerOrder).toBeLessThan(0.5);
  expect(result.collections).toBe(0);
});
