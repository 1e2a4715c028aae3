import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../native/paths.ts';

/** Real captures lie beside the repository and are never part of it. */
export const capturesFolder: string = join(packageRoot, '..', 'shared', 'captures');

export const capturesReason: string | undefined = existsSync(capturesFolder)
  ? undefined
  : `the captures are not at ${capturesFolder}`;

export const capture = (name: string): string => join(capturesFolder, name);

// The oracles' shapes differ, and what a test reads of one it compares at once.
// biome-ignore lint/suspicious/noExplicitAny: as above
export const captureJson = (name: string): any => JSON.parse(readFileSync(capture(name), 'utf8'));
