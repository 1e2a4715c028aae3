import { expect, test } from 'vitest';
import { type Addon, current, native } from '../../../native/index.ts';
import { ADDON_VERSION } from '../../../native/layout.ts';

test('the addon is of the version that these sources were written for', () => {
  expect(native().version).toBe(ADDON_VERSION);
});

test.each([{}, { version: ADDON_VERSION + 1 }])('another one is refused, and how to mend it is told: %j', (addon) => {
  expect(() => current(addon as Addon)).toThrow(
    expect.objectContaining({ code: 'ERR_ADDON_STALE', message: expect.stringContaining('npm run build:native') }),
  );
});
