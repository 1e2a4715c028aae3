import { expect, it } from 'vitest';
import { killSchema } from '../../../app/config/kill-schema.ts';
import { DEFAULT_KILL_RULES } from '../../../engine/risk/kill-rules.ts';

it('without a word of the user the rules are the defaults: none about money, which is the user’s to name', () => {
  expect(killSchema.parse({})).toEqual(DEFAULT_KILL_RULES);
  expect(DEFAULT_KILL_RULES).toMatchObject({ strategyLoss: null, totalLoss: null });
});

it('null switches a rule off', () => {
  const off = { strategyLoss: null, totalLoss: null, rejects: null, staleFeedMs: null, gatewayLagMs: null };
  expect(killSchema.parse(off)).toMatchObject(off);
});

it.each([
  [{ strategyLoss: -1 }],
  [{ totalLoss: Number.NaN }],
  [{ rejects: 0 }],
  [{ rejects: 10_001 }],
  [{ rejectWindowMs: null }],
  [{ staleFeedMs: 0.5 }],
  [{ gatewayLagMs: 3_600_001 }],
  [{ staleFeed: 1 }],
])('%j is refused', (settings) => {
  expect(killSchema.safeParse(settings).success).toBe(false);
});
