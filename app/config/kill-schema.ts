/** `killSwitch:` of the configuration: what sets the kill switch by itself. */
import { z } from 'zod';
import { DEFAULT_KILL_RULES, type KillRuleSettings } from '../../engine/risk/kill-rules.ts';

/** What `rejects` keeps of each strategy: one time a rejection. */
const MAX_REJECTS = 10_000;
const HOUR_MS = 3_600_000;

const money = z.number().min(0).max(1e12).nullable();
const ms = z.int().min(1).max(HOUR_MS);

export const killSchema = z.strictObject({
  strategyLoss: money
    .default(DEFAULT_KILL_RULES.strategyLoss)
    .describe('Loss of one strategy in its currency, closed and at the market, beyond which it is killed.'),
  totalLoss: money.default(DEFAULT_KILL_RULES.totalLoss).describe('The same of all together; all is killed.'),
  rejects: z
    .int()
    .min(1)
    .max(MAX_REJECTS)
    .nullable()
    .default(DEFAULT_KILL_RULES.rejects)
    .describe('So many orders and replaces of one strategy that the venue rejects within `rejectWindowMs` kill it.'),
  rejectWindowMs: ms.default(DEFAULT_KILL_RULES.rejectWindowMs).describe('See `rejects`.'),
  staleFeedMs: ms
    .nullable()
    .default(DEFAULT_KILL_RULES.staleFeedMs)
    .describe('No packet of the feed for so long, once there was one, kills all.'),
  gatewayLagMs: ms
    .nullable()
    .default(DEFAULT_KILL_RULES.gatewayLagMs)
    .describe('An order, a replace or a cancel without an answer for so long kills the session.'),
}) satisfies z.ZodType<KillRuleSettings>;
