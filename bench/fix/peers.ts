/** Other people's libraries, which are no dependency: from test/interop of the repository, or from the user's own folder. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../native/paths.ts';

export interface Peer {
  readonly version: string;
  /** The package's own folder. */
  readonly folder: string;
  load(): unknown;
}

const PLACES = [join(packageRoot, 'test', 'interop', 'package.json'), join(process.cwd(), 'package.json')];

/** Looks for it without loading it: 60 MB of JavaScript take their time. @returns undefined where it is not installed */
export function findPeer(name: string): Peer | undefined {
  for (const place of PLACES) {
    const require = createRequire(place);
    let main: string;
    try {
      main = require.resolve(name);
    } catch {
      continue;
    }
    let folder = dirname(main);
    while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { version, folder, load: () => require(name) };
  }
  return undefined;
}

export function requirePeer(name: string): Peer {
  const peer = findPeer(name);
  if (peer === undefined) throw new Error(`${name} is not installed: npm install ${name}`);
  return peer;
}
