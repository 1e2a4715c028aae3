/** How the files of a recording are called, one or many. */
import { readdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Compress, exists, unwritable } from './record-file.ts';

const ENDING = /\.pcapng(\.gz|\.zst)?$/;
const COMPRESS = { '': 'none', '.gz': 'gzip', '.zst': 'zstd' } as const;

/** By its ending; null: it has none of those that are written. */
export function compressOf(path: string): Compress | null {
  const match = ENDING.exec(path);
  return match === null ? null : COMPRESS[(match[1] ?? '') as keyof typeof COMPRESS];
}

/** `day.pcapng.zst` → `day-00001.pcapng.zst`. */
export const numbered = (path: string, number: number): string =>
  path.replace(ENDING, (ending) => `-${String(number).padStart(5, '0')}${ending}`);

/**
 * Files of another recording with these names are no part of this one: without `force` they are in its way, and
 * with it they go.
 */
export async function clearNumbered(path: string, force: boolean): Promise<void> {
  const [start, end] = numbered(basename(path), 0).split('00000') as [string, string];
  const earlier = (await readdir(dirname(path)).catch(() => []))
    .filter((name) => name.startsWith(start) && name.endsWith(end))
    .filter((name) => /^\d{5,}$/.test(name.slice(start.length, name.length - end.length)))
    .map((name) => join(dirname(path), name));
  if (earlier[0] === undefined) return;
  if (!force) throw exists(earlier.sort()[0] as string);
  for (const each of earlier) {
    await unlink(each).catch((error: NodeJS.ErrnoException) => {
      throw unwritable(each, error);
    });
  }
}
