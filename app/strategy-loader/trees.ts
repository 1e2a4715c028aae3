/** The same file in both trees: `engine/index.ts` in the repository, `dist/engine/index.js` in the packed package. */
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../native/paths.ts';

/** `.ts` while the sources run unbuilt, `.js` in dist/. */
const extension = extname(fileURLToPath(import.meta.url));

export const builtFolder = (...path: string[]): string =>
  join(packageRoot, ...(extension === '.ts' ? [] : ['dist']), ...path);

export const builtFile = (...path: string[]): string => `${builtFolder(...path)}${extension}`;
