/** Ways by which market data comes and orders leave, two and two: what `bench tick-to-order` sets beside each other. */
import { openDemoNetwork } from '../app/network/demo-network.ts';
import type { TransportPair } from '../app/options.ts';
import { hasOptionalAddon } from '../native/optional-addons.ts';
import { demoOptions } from './demo-options.ts';
import type { LegPlan } from './leg.ts';

export const pairName = ({ rx, tx }: TransportPair): string => `${rx}+${tx}`;

/** @returns why a pair cannot be measured here, as one sentence; undefined where it can */
export function whyNot(plan: LegPlan): string | undefined {
  const needed: readonly string[] = Object.values(plan.pair);
  for (const name of ['lwip', 'dpdk'] as const) {
    if (needed.includes(name) && !hasOptionalAddon(name))
      return `the addon for ${name} is not built here: run \`npm run setup:bypass\``;
  }
  try {
    openDemoNetwork(demoOptions(plan, 'spin')).close();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
