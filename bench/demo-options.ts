/** What both subjects are run with: the latency probe against a simulator, over one pair of transports. */
import {
  DEFAULT_LOOP,
  DEFAULT_SIMULATION,
  DEFAULT_WARM_UP_MESSAGES,
  NO_LIMITS,
  WIDE_LIMITS,
} from '../app/config/index.ts';
import type { DemoOptions, Idle, TransportPair } from '../app/options.ts';
import { BENCH_FEED } from './bench-feed.ts';
import type { LegPlan } from './leg.ts';

/** @param bare without limits */
export const demoOptions = (plan: LegPlan, idle: Idle, bare = false): DemoOptions => ({
  strategies: [
    {
      source: 'latency-probe',
      folder: process.cwd(),
      params: { symbol: plan.symbol, every: plan.every, quantity: plan.quantity },
    },
  ],
  // A probe that is refused measures nothing: the limits are above what it sends, the checks run all the same.
  risk: bare ? NO_LIMITS : WIDE_LIMITS,
  // No stage is sampled: the floor does not either.
  loop: { ...DEFAULT_LOOP, idle, sampleEvery: 0 },
  seconds: null,
  out: null,
  date: null,
  warmUpMessages: DEFAULT_WARM_UP_MESSAGES,
  recording: plan.recording,
  pace: { mode: 'rate', messagesPerSecond: plan.rate },
  messagesPerPacket: plan.messagesPerPacket,
  simulation: { ...DEFAULT_SIMULATION, orderDelayNs: 0, reportDelayNs: 0 },
  ...transportsOf(plan.pair),
});

/** That pair and nothing else: what falls back measures something else. */
const transportsOf = ({ rx, tx }: TransportPair): Pick<DemoOptions, 'feed' | 'send'> => ({
  feed: { ...BENCH_FEED, rx: [rx], bypass: rx === 'kernel' ? 'off' : 'require' },
  send: { tx: [tx], bypass: tx === 'kernel' ? 'off' : 'require' },
});
