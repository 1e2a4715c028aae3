/** Versions of strategies that took the place of others while a run went on, beside its tape, which names them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { HotlapError } from '../../engine/domain/errors.ts';
import type { KeptVersion } from '../engine-plan.ts';

const ENDING = '.v8';
const folderOf = (runFolder: string): string => join(runFolder, 'versions');

/** Before the tape names it. */
export function keepVersion(runFolder: string, version: string, kept: KeptVersion): void {
  const folder = folderOf(runFolder);
  const file = join(folder, `${version}${ENDING}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.part`, serialize(kept), { mode: 0o600 });
    renameSync(`${file}.part`, file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new HotlapError(
      'ERR_RUN_FOLDER',
      `${file} cannot be written (${code}), and without it the run could not be run again: make room.`,
      { cause },
    );
  }
}

/** All of a run, by name. @throws HotlapError ERR_RUN_FOLDER_CONTENT */
export function keptVersions(runFolder: string): Record<string, KeptVersion> {
  const folder = folderOf(runFolder);
  if (!existsSync(folder)) return {};
  const versions: Record<string, KeptVersion> = {};
  for (const name of readdirSync(folder).filter((each) => each.endsWith(ENDING))) {
    try {
      versions[name.slice(0, -ENDING.length)] = deserialize(readFileSync(join(folder, name)));
    } catch (cause) {
      throw new HotlapError(
        'ERR_RUN_FOLDER_CONTENT',
        `${join(folder, name)} cannot be read (${(cause as Error).message}): take the folder from a copy.`,
        { cause },
      );
    }
  }
  return versions;
}
