import { hasOptionalAddon, type OptionalAddonName } from '../../native/optional-addons.ts';

/** Why a transport of frames cannot be had here with lwIP over it; undefined where it can. */
export const missingWithLwip = (rx: string): string | undefined =>
  missing({ root: rx !== 'shm', addons: rx === 'dpdk' ? ['lwip', 'dpdk'] : ['lwip'] });

/** @returns why a transport that needs this cannot be had here; undefined where it can */
export function missing(needs: { root: boolean; addons: readonly OptionalAddonName[] }): string | undefined {
  if (needs.root && process.getuid?.() !== 0) return 'its network needs root';
  const absent = needs.addons.find((name) => !hasOptionalAddon(name));
  if (absent === undefined) return undefined;
  // Where the project is tested for good, what is missing is a fault, not a reason to pass over it.
  if (process.env.CI !== undefined) throw new Error(`the addon of ${absent} is not built`);
  return `the addon of ${absent} is not built`;
}
