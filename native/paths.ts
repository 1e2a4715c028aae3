import { existsSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's own folder, found from here in the source tree as in dist/. */
export const packageRoot: string = ((): string => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'binding.gyp'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('hotlap is not whole: its binding.gyp is missing; install it again.');
    folder = above;
  }
  return folder;
})();

/** Where the compiled addon lies. */
export function addonPath(): string {
  const path = join(packageRoot, 'build', 'Release', 'hotlap.node');
  if (!existsSync(path)) {
    throw Object.assign(
      new Error(
        `The native addon is not built (${path} is missing): install python3, make and g++, then run \`npm rebuild hotlap\` (in the repository: \`npm run build:native\`).`,
      ),
      { code: 'ERR_ADDON_MISSING' },
    );
  }
  return path;
}

/** Where an optional addon lies, if it was built. */
export const optionalAddonPath = (name: string): string => join(packageRoot, 'build', 'Release', `hotlap_${name}.node`);

/** A Worker's file beside `moduleUrl`: `.ts` in the source tree, `.js` in dist/. */
export function workerUrl(moduleUrl: string, name: string): URL {
  return new URL(`./${name}${extname(fileURLToPath(moduleUrl))}`, moduleUrl);
}
