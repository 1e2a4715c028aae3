/** `risk:` of the configuration file, made from the engine's own list of limits. */
import { z } from 'zod';
import { LIMITS, type LimitName, type LimitScope, type LimitSpec } from '../../engine/risk/limits.ts';

const value = ({ kind, min, max }: LimitSpec) =>
  kind === 'flag' ? z.boolean() : (kind === 'integer' ? z.int() : z.number()).min(min).max(max).nullable();

const keys = (scope: LimitScope, withDefaults: boolean) =>
  Object.fromEntries(
    LIMITS.filter(({ scopes }) => scopes.includes(scope)).map((spec) => {
      const usual = spec.default[scope];
      const base = value(spec);
      const described = (schema: z.ZodType) => schema.describe(spec.description);
      if (!withDefaults) return [spec.name, described(base.optional())];
      const fallback = spec.kind === 'flag' ? usual === 1 : (usual ?? null);
      return [spec.name, described((base as z.ZodType).default(fallback))];
    }),
  ) as Record<LimitName, z.ZodOptional<z.ZodType<number | boolean | null>>>;

const symbol = z.string().regex(/^[!-~]{1,16}$/, 'must be a symbol: 1 to 16 printable characters without a space');
const strategyId = z.string().min(1).max(64);
const MAX_NAMED = 1_024;

const named = (key: z.ZodString, scope: LimitScope, what: string) =>
  z
    .record(key, z.strictObject(keys(scope, false)))
    .refine((all) => Object.keys(all).length <= MAX_NAMED, `takes at most ${MAX_NAMED} names`)
    .default({})
    .describe(what);

export const riskSchema = z.strictObject({
  ...keys('firm', true),
  session: z.strictObject(keys('session', false)).prefault({}).describe('Limits of the session with the venue.'),
  eachStrategy: z.strictObject(keys('strategy', true)).prefault({}).describe('Limits of each strategy by itself.'),
  strategies: named(strategyId, 'strategy', 'Limits of one strategy, by its name in reports.'),
  eachSymbol: z.strictObject(keys('symbol', true)).prefault({}).describe('Limits of each symbol by itself.'),
  symbols: named(symbol, 'symbol', 'Limits of one symbol.'),
});
