/** Addons that need a library of the system's: built where it is installed, loaded when they are asked for. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { current, native } from './index.ts';
import { optionalAddonPath } from './paths.ts';

export type OptionalAddonName = 'lwip' | 'dpdk';

export interface OptionalAddon {
  /** Of the sources that it was compiled from. */
  readonly version: number;
  /** What the main addon takes with `provide`: a pointer that JavaScript cannot look into. */
  readonly offer: object;
}

const WHAT: Readonly<Record<OptionalAddonName, { needs: string; packages: string }>> = {
  lwip: { needs: 'TCP by lwIP', packages: 'liblwip-dev' },
  dpdk: { needs: 'A port of DPDK', packages: 'libdpdk-dev and dpdk' },
};

export const hasOptionalAddon = (name: OptionalAddonName): boolean => existsSync(optionalAddonPath(name));

/** Once per thread and name would do; again is harmless. */
export function provideOptional(name: OptionalAddonName): void {
  const path = optionalAddonPath(name);
  if (!hasOptionalAddon(name)) {
    const { needs, packages } = WHAT[name];
    throw Object.assign(
      new Error(
        `${needs} needs an addon that is not built here: run \`npm run setup:bypass\`, or install ${packages} (\`apt-get install\`) and run \`npm rebuild hotlap\` (in the repository: \`npm run build:native\`).`,
      ),
      { code: name === 'lwip' ? 'ERR_LWIP_MISSING' : 'ERR_DPDK_MISSING' },
    );
  }
  const addon = current(createRequire(import.meta.url)(path) as OptionalAddon);
  native().provide(name, addon.offer);
}
