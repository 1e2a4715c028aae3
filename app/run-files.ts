/** Files of one run that lie outside of its folder: named after the process, so that the next run removes what a killed one left. */
import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './is-alive.ts';

const SHARED_MEMORY = '/dev/shm';

/** `hotlap-KIND-PIDNAMESPACE-PID-RANDOM`: a process number says nothing in another container that shares the folder. */
const NAME = /^hotlap-[a-z]+-(\d+)-(\d+)-[0-9a-f]{8}$/;

const runFileName = (kind: string): string =>
  `hotlap-${kind}-${pidNamespace()}-${process.pid}-${randomBytes(4).toString('hex')}`;

/** Shared memory between processes of this run. @param kind letters */
export const sharedMemoryFile = (kind: string): string => join(SHARED_MEMORY, runFileName(kind));

/** A folder that the caller makes. */
export const temporaryFolderName = (kind: string): string => join(tmpdir(), runFileName(kind));

/** Removes what processes of this user have left that were killed. What cannot be removed is in nobody's way. */
export function removeLeftFiles(): void {
  for (const folder of [SHARED_MEMORY, tmpdir()]) {
    for (const name of namesIn(folder)) {
      const [, namespace, pid] = NAME.exec(name) ?? [];
      if (namespace === pidNamespace() && !isAlive(Number(pid))) remove(join(folder, name));
    }
  }
}

function remove(path: string): void {
  try {
    if (lstatSync(path).uid === process.getuid?.()) rmSync(path, { recursive: true, force: true });
  } catch {
    // Another run that starts now was faster.
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Its inode; 0 without /proc. */
function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}
