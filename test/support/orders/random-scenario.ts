import { BEHAVIOURS, type BehaviourName, type BehaviourSettings, type Scenario } from '../../../simulator/index.ts';
import type { Random } from '../../fuzz/fix/random.ts';

/** What ends a connection or stops everything happens to fewer reports than what only changes one. */
const HIGHEST_SHARE: Partial<Record<BehaviourName, number>> = { disconnect: 0.01, sequence: 0.02, silence: 0.005 };
const HIGHEST_OTHER = 0.2;
const LONGEST_MS = 50;
/** Longer than the session bears: it asks whether anybody is there, and hangs up. */
const LONGEST_SILENCE_MS = 40_000;

/** About half of the behaviours, each as often as it comes; one scenario in eight has none. */
export function randomScenario(random: Random): Scenario {
  const behaviours: Partial<Record<BehaviourName, BehaviourSettings>> = {};
  const behaves = random.oneIn(8);
  for (const name of Object.keys(BEHAVIOURS) as BehaviourName[]) {
    if (behaves || random.oneIn(2)) continue;
    const share = ((HIGHEST_SHARE[name] ?? HIGHEST_OTHER) * (1 + random.below(100))) / 100;
    const isLong = name === 'silence' && random.oneIn(3);
    const longestMs = isLong ? LONGEST_SILENCE_MS : LONGEST_MS;
    const minMs = random.below(longestMs);
    behaviours[name] = { share, minMs, maxMs: minMs + random.below(longestMs - minMs + 1), atMost: isLong ? 2 : null };
  }
  return { seed: random.word(), behaviours };
}
