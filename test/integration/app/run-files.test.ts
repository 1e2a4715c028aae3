/** What a killed run has left goes with the next one, and nothing else does. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { removeLeftFiles, sharedMemoryFile, temporaryFolderName } from '../../../app/run-files.ts';

const made: string[] = [];
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

function file(path: string): string {
  writeFileSync(path, '');
  made.push(path);
  return path;
}

function folder(path: string): string {
  mkdirSync(path);
  made.push(path);
  file(join(path, 'segment-00000001.journal'));
  return path;
}

/** A process that has ended: its number is given out again much later. */
const dead = spawnSync('true').pid;
const ofDead = (path: string): string => path.replace(`-${process.pid}-`, `-${dead}-`);

test('files of a process that is gone are removed, with what is in them', () => {
  const shared = file(ofDead(sharedMemoryFile('test')));
  const journal = folder(ofDead(temporaryFolderName('test')));
  removeLeftFiles();
  expect([shared, journal].filter(existsSync)).toEqual([]);
});

test('those of a living process, of another pid namespace, and what only looks alike stay', () => {
  const own = file(sharedMemoryFile('test'));
  const inContainer = file(ofDead(own).replace(/-\d+-/, '-1-'));
  const alike = file(`${ofDead(own)}.pcap`);
  removeLeftFiles();
  expect([own, inContainer, alike].filter((path) => !existsSync(path))).toEqual([]);
});
