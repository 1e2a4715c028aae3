import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HotlapError } from '../../engine/domain/errors.ts';

const REFERENCE = /\$\{(ENV|FILE):([^}]+)\}/g;

/**
 * Replaces `${ENV:NAME}` and `${FILE:path}` in every string of a configuration, so that no secret needs to
 * lie in the file itself. A file's last line break is not part of the secret.
 * @param where Names a value for the error message, by its path.
 */
export function resolveSecrets(
  value: unknown,
  folder: string,
  where: (path: PropertyKey[]) => string,
  path: PropertyKey[] = [],
): unknown {
  if (typeof value === 'string') {
    return value.replace(REFERENCE, (_, kind: string, name: string) =>
      kind === 'ENV' ? fromEnvironment(name, where(path)) : fromFile(name, folder, where(path)),
    );
  }
  if (Array.isArray(value)) return value.map((item, index) => resolveSecrets(item, folder, where, [...path, index]));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, resolveSecrets(item, folder, where, [...path, key])]),
    );
  }
  return value;
}

/** Keys whose values are secrets, wherever they stand. */
const SECRET_KEYS: ReadonlySet<string> = new Set(['password', 'newPassword', 'passphrase']);

/** Paths of secrets that are written out instead of referred to, in a configuration as it was read. */
export function clearTextSecrets(value: unknown, path: readonly PropertyKey[] = []): (readonly PropertyKey[])[] {
  if (value === null || typeof value !== 'object') return [];
  const entries: [PropertyKey, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, item]) => {
    const at = [...path, key];
    if (typeof item !== 'string') return clearTextSecrets(item, at);
    return SECRET_KEYS.has(String(key)) && item.search(REFERENCE) < 0 ? [at] : [];
  });
}

function fromEnvironment(name: string, where: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new HotlapError(
      'ERR_CONFIG_SECRET',
      `${where}: the environment variable ${name} is not set; export it first.`,
      {
        exitStatus: 2,
      },
    );
  }
  return value;
}

function fromFile(name: string, folder: string, where: string): string {
  try {
    return readFileSync(resolve(folder, name), 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new HotlapError(
      'ERR_CONFIG_SECRET',
      `${where}: the secret file ${name} cannot be read (${(cause as NodeJS.ErrnoException).code}); create it or correct the path.`,
      { exitStatus: 2, cause },
    );
  }
}
