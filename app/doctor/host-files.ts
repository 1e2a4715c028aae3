/** Files of the examined host, below a root of their own in tests. What cannot be read is said, never guessed. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';

export type Reading =
  | { readonly text: string }
  /** `absent`: there is no such file; else it is there and may not be read. */
  | { readonly text: null; readonly absent: boolean; readonly problem: string };

export class HostFiles {
  readonly #root: string;

  constructor(root = '/') {
    this.#root = root;
  }

  reading(path: string): Reading {
    try {
      return { text: readFileSync(join(this.#root, path), 'utf8').trim() };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'EIO';
      const absent = code === 'ENOENT' || code === 'ENOTDIR';
      return { text: null, absent, problem: absent ? `there is no ${path}` : `${path} cannot be read (${code})` };
    }
  }

  /** null where the file is absent or cannot be read. */
  read(path: string): string | null {
    return this.reading(path).text;
  }

  /** A whole number; null where the file is absent, unreadable or says something else. */
  integer(path: string): number | null {
    const text = this.read(path);
    return text !== null && /^-?\d+$/.test(text) ? Number(text) : null;
  }

  /** Names in a folder, sorted as people count; empty where there is none. */
  names(folder: string): string[] {
    try {
      return readdirSync(join(this.#root, folder)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    } catch {
      return [];
    }
  }

  exists(path: string): boolean {
    return this.names(path).length > 0 || this.reading(path).text !== null || this.linkName(path) !== null;
  }

  /** The last part of where a symbolic link leads. */
  linkName(path: string): string | null {
    try {
      return basename(readlinkSync(join(this.#root, path)));
    } catch {
      return null;
    }
  }
}
