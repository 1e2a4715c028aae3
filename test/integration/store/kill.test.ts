/** A process is killed with `kill -9` at any moment, 100 times: the next one finds exact numbers and every message. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { newPlace, removePlaces } from '../../support/store/killed-store.ts';

const KILLS = 100;
const RUN_MS = 60;
const script = fileURLToPath(new URL('../../support/store/killed-child.ts', import.meta.url));
afterAll(removePlaces);

/** @returns what it complained of; empty when it lived until it was killed */
async function liveAndDie(options: object, start: boolean, ms: number): Promise<string> {
  const child: ChildProcess = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr?.on('data', (text) => {
    complaint += text;
  });
  const over = once(child, 'close');
  if (start) await Promise.race([once(child.stdout!, 'data'), over]);
  await Promise.race([sleep(ms), over]);
  child.kill('SIGKILL');
  await over;
  return complaint;
}

test(`${KILLS} kills in the middle of sending, draining, opening: nothing is lost, no number changes`, {
  timeout: 400_000,
}, async () => {
  const place = newPlace();
  const log = `${place.folder}.log`;
  for (let seed = 1; seed <= KILLS; seed++) {
    // One in four while it opens what the one before left.
    const start = seed % 4 !== 0;
    const ms = start ? Math.random() * RUN_MS : 60 + Math.random() * 120;
    expect(await liveAndDie({ ...place, log, powerLoss: false, seed }, start, ms), `kill ${seed}`).toBe('');
  }
});

test('the host goes down 15 times, and takes the ring with it: no number comes again', async () => {
  const place = newPlace();
  const log = `${place.folder}.log`;
  for (let seed = 1; seed <= 15; seed++) {
    expect(await liveAndDie({ ...place, log, powerLoss: true, seed }, true, 20 + Math.random() * 80)).toBe('');
    rmSync(place.ringFile, { force: true });
  }
});
