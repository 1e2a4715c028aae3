import { CELL } from '../native/layout.ts';
import type { EngineOptions } from './engine.ts';
import { LiveParameters } from './loop/live-parameters.ts';
import { StrategySwap, type SwapParts } from './loop/strategy-swap.ts';
import { type HostParts, hostFactory } from './strategy-host.ts';

const DEFAULT_SEED = 1;
/** Name of a venue that has none. */
const DEFAULT_SESSION = 'venue';

export interface CastParts
  extends Omit<HostParts, 'session' | 'day0Ms' | 'seed' | 'strategies' | 'desk'>,
    Omit<SwapParts, 'host' | 'versionOf' | 'turnWatch' | 'nowNs' | 'desk' | 'registry' | 'timers'> {
  options: Pick<EngineOptions, 'session' | 'day0Ms' | 'seed' | 'versionOf' | 'turnWatch'>;
  desk: HostParts['desk'];
}

/** Who plays the strategies, with which parameters, and what puts a new version in one's place. */
export const strategyCast = (parts: CastParts): { live: LiveParameters; swaps: StrategySwap } => {
  const { options, set, cells, strategies } = parts;
  const { session = DEFAULT_SESSION, day0Ms, seed = DEFAULT_SEED, versionOf, turnWatch } = options;
  const host = hostFactory({ ...parts, session, day0Ms, seed, strategies: set });
  const live = new LiveParameters(strategies, set);
  const nowNs = (): number => cells[CELL.nowNs] as number;
  return { live, swaps: new StrategySwap({ ...parts, host, versionOf, turnWatch, nowNs }, live) };
};
