/** The configuration file, checked. Unknown keys are errors; every bound is one the engine or a protocol has. */
import { z } from 'zod';
import { FEE_DECIMALS } from '../../simulator/index.ts';
import { controlSchema } from './control-schema.ts';
import { DEFAULT_LOOP, DEFAULT_SIMULATION } from './defaults.ts';
import { feedSchema } from './feed-schema.ts';
import { instrumentsSchema, positionsSchema } from './instrument-schema.ts';
import { killSchema } from './kill-schema.ts';
import { recoverySchema } from './recovery-schema.ts';
import { riskSchema } from './risk-schema.ts';
import { venueSchema } from './venue-schema.ts';

const count = (max: number) => z.int().min(1).max(max);
const strategy = z.strictObject({
  source: z.string().min(1).describe('File (relative to this configuration), package, or shipped sample.'),
  params: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe("The strategy's parameters by name."),
});

const loop = z.strictObject({
  idle: z.enum(['spin', 'yield', 'backoff']).default(DEFAULT_LOOP.idle).describe('What an idle turn does.'),
  stallMs: z
    .int()
    .min(10)
    .max(600_000)
    .default(DEFAULT_LOOP.stallMs)
    .describe('A longer turn ends the run and names the strategy.'),
  handlerBudgetUs: z
    .int()
    .min(0)
    .max(600_000_000)
    .default(DEFAULT_LOOP.handlerBudgetUs)
    .describe('Calls of a strategy that take longer are counted, and the strategy is named; 0: none is clocked.'),
  checkViews: z
    .boolean()
    .default(DEFAULT_LOOP.checkViews)
    .describe('For development: a view that is read after its event throws. Every event then allocates.'),
  depthLevels: count(64).default(DEFAULT_LOOP.depthLevels).describe('Price levels a side that strategies can read.'),
  maxInstruments: count(65_535).default(DEFAULT_LOOP.maxInstruments).describe('Subscribed instruments.'),
  expectedOrders: count(1 << 26)
    .default(DEFAULT_LOOP.expectedOrders)
    .describe('Live orders the book of a live run is sized for; that of a replay grows as it needs.'),
  sampleEvery: z
    .int()
    .min(0)
    .max(1e6)
    .default(DEFAULT_LOOP.sampleEvery)
    .describe('Stages are timed one event in so many; 0 never.'),
});

const delayNs = z.int().min(0).max(60_000_000_000);
const fee = z
  .number()
  .min(-1)
  .max(1)
  .refine((value) => Number(value.toFixed(FEE_DECIMALS)) === value, `must have at most ${FEE_DECIMALS} decimals`);

const simulation = z.strictObject({
  orderDelayNs: delayNs.default(DEFAULT_SIMULATION.orderDelayNs).describe('From send to match.'),
  reportDelayNs: delayNs.default(DEFAULT_SIMULATION.reportDelayNs).describe("From match to the report's arrival."),
  takerFeePerShare: fee
    .default(DEFAULT_SIMULATION.takerFeePerShare)
    .describe('In the currency of the instrument, at most 8 decimals.'),
  makerFeePerShare: fee.default(DEFAULT_SIMULATION.makerFeePerShare).describe('A rebate is negative.'),
});

export const configSchema = z.strictObject({
  feeds: z.array(feedSchema).max(1, 'takes one feed in this version').default([]).describe('Market data.'),
  venues: z.array(venueSchema).max(1, 'takes one venue in this version').default([]).describe('FIX order entry.'),
  strategies: z.array(strategy).max(64).default([]).describe('What trades.'),
  instruments: instrumentsSchema
    .default({})
    .describe('By symbol: what the feed does not say of it. Others are stocks with a tick of a cent.'),
  positions: positionsSchema
    .default([])
    .describe('What is held as the day begins. Where the order journal of `run` knows the position, that stands.'),
  risk: riskSchema
    .prefault({})
    .describe('Limits held before each order: these of the firm, below them of its parts; the strictest holds.'),
  killSwitch: killSchema
    .prefault({})
    .describe('What sets the kill switch by itself; a strategy that faults is killed in any case.'),
  recovery: recoverySchema
    .prefault({})
    .describe('How what was open before a start or a reconnection is settled with the venue, before anything leaves.'),
  loop: loop.prefault({}).describe('The hot loop.'),
  control: controlSchema.prefault({}).describe('The socket by which `hotlap ctl` reaches the running engine.'),
  simulation: simulation.prefault({}).describe('The simulated exchange of `demo`, `replay` and `simulator`.'),
});

export type Config = z.output<typeof configSchema>;
