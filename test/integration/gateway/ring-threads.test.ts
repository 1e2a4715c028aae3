import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../support/ring-echo.ts', import.meta.url));

it('two threads share the rings without a byte lost or changed, and the near one allocates nothing', () => {
  const result = JSON.parse(execFileSync(process.execPath, [PROGRAM], { encoding: 'utf8', timeout: 150_000 }));
  expect(result).toMatchObject({ messages: 180_000, wrong: 0 });
  expect(result.received).toBe(result.sent);
  // The rings were full at times: both ends have waited for each other.
  expect(result.full).toBeGreaterThan(0);
  // A number that leaves the integers would cost 16 bytes each time.
  expect(result.bytesPerMessage).toBeLessThan(4);
});
