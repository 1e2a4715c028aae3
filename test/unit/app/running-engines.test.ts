import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { onlySocket } from '../../../app/control/find-socket.ts';
import { register } from '../../../app/control/running-engines.ts';

let folder: string;
const running = (): string => join(folder, 'hotlap', 'running');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hotlap-running-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const listener = async (name: string): Promise<{ path: string; close: () => void }> => {
  const path = join(folder, name);
  const server = createServer().listen(path);
  await new Promise((listening) => server.once('listening', listening));
  return { path, close: () => server.close() };
};

test('an engine whose state lies elsewhere is found, until it takes its word back', async () => {
  const engine = await listener('elsewhere.sock');
  const forget = register(engine.path, 'live');
  expect(statSync(running()).mode & 0o777).toBe(0o700);
  expect(await onlySocket('either')).toBe(engine.path);
  forget();
  await expect(onlySocket('either')).rejects.toMatchObject({ code: 'ERR_CONTROL_NO_ENGINE' });
  engine.close();
});

test('of two engines none is taken, wherever their sockets lie', async () => {
  const [one, two] = [await listener('one.sock'), await listener('two.sock')];
  register(one.path, 'live');
  writeFileSync(join(running(), '1'), `${two.path}\n`);
  await expect(onlySocket('either')).rejects.toMatchObject({
    code: 'ERR_USAGE',
    message: expect.stringContaining(two.path),
  });
  one.close();
  two.close();
});

test('what a killed engine has left is no engine, and goes with the next start', async () => {
  const left = join(folder, 'left.sock');
  register(left, 'live');
  await expect(onlySocket('either')).rejects.toMatchObject({ code: 'ERR_CONTROL_NO_ENGINE' });
  // No process has a number beyond the kernel's highest.
  writeFileSync(join(running(), '4194305'), `${left}\n`);
  register(left, 'live');
  expect(readdirSync(running())).toEqual([`${process.pid}`]);
});

test('a replay is none of the engines that trade: it is asked where none of them runs, and for how it plays', async () => {
  const [engine, replay] = [await listener('engine.sock'), await listener('replay.sock')];
  register(replay.path, 'replay');
  expect(await onlySocket('either')).toBe(replay.path);
  await expect(onlySocket('live')).rejects.toMatchObject({ code: 'ERR_CONTROL_NO_ENGINE' });
  const forget = register(engine.path, 'live');
  expect(await onlySocket('either')).toBe(engine.path);
  expect(await onlySocket('live')).toBe(engine.path);
  expect(await onlySocket('replay')).toBe(replay.path);
  forget();
  engine.close();
  replay.close();
});
