/**
 * Where engines of this user say that they run: a file each, named after the process, that holds its socket's path. Those
 * of replays end in `.replay`: no replay stands in the way of one that trades.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../is-alive.ts';
import { stateRoot } from '../session-store.ts';

const registry = (): string => join(stateRoot(), 'running');

export type RunningKind = 'live' | 'replay';

const SUFFIX: Readonly<Record<RunningKind, string>> = { live: '', replay: '.replay' };

/** @returns what takes it back @throws an error of the file system where it cannot be written */
export function register(socket: string, kind: RunningKind): () => void {
  const folder = registry();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder))
    if (!isAlive(Number.parseInt(name, 10))) rmSync(join(folder, name), { force: true });
  const file = join(folder, `${process.pid}${SUFFIX[kind]}`);
  writeFileSync(file, `${socket}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** Sockets that engines have named; one that was killed may have left its own. */
export function registeredSockets(kind: RunningKind): string[] {
  const folder = registry();
  try {
    return readdirSync(folder)
      .filter((name) => name.replace(/^\d+/, '') === SUFFIX[kind])
      .map((name) => readFileSync(join(folder, name), 'utf8').trimEnd());
  } catch {
    return [];
  }
}
