/** The acceptance definitions of FIX 4.4 against the production session over lwIP: their runner calls by its kernel's TCP. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { packageRoot } from '../../native/paths.ts';
import { missing } from '../support/streams/missing.ts';
import { AF_XDP_OWN_ADDRESS } from '../support/streams/veth-streams.ts';

const suite = join(packageRoot, '..', 'shared', 'fix-acceptance');
const runner = join(suite, 'run.mjs');
const acceptorProgram = join(packageRoot, 'test', 'acceptance', 'echo-acceptor.ts');
const PORT = 46_340;
/** Two cases wait out heartbeats of 30 s. */
const TIMEOUT_MS = 240_000;

const unavailable =
  missing({ root: true, addons: ['lwip'] }) ?? (existsSync(runner) ? undefined : `the runner is not at ${runner}`);
if (process.env.CI !== undefined && unavailable !== undefined) throw new Error(unavailable);

let acceptor: ChildProcess | undefined;
let close: (() => void) | undefined;
afterEach(() => {
  acceptor?.kill();
  close?.();
});

test.skipIf(unavailable !== undefined)(
  `the acceptance definitions of FIX 4.4 pass over lwIP${unavailable ? ` (skipped: ${unavailable})` : ''}`,
  async () => {
    const wire = AF_XDP_OWN_ADDRESS.make();
    close = wire.close;
    const [address = ''] = wire.near.lwip?.address?.split('/') ?? [];
    const listen = ['--port', String(PORT), '--address', address, '--lwip', JSON.stringify(wire.near.lwip)];
    const leave = wire.enter();
    acceptor = spawn(process.execPath, [acceptorProgram, ...listen], { stdio: ['ignore', 'pipe', 'inherit'] });
    leave();
    const [said] = await once(acceptor.stdout as NodeJS.ReadableStream, 'data');
    expect(String(said)).toBe(`listening on ${PORT}\n`);

    const folder = join(suite, 'fix44');
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('.def'))
      .map((name) => join(folder, name));
    const env = { ...process.env, HOST: address };
    // It ends with 1 where a definition failed: what it printed says which.
    const run = wire.atFar(() =>
      promisify(execFile)(process.execPath, [runner, String(PORT), ...files], { env, timeout: TIMEOUT_MS }),
    );
    const { stdout } = await run.catch((error: { stdout: string }) => error);
    expect(stdout).toBe('59 passed, 0 failed\n');
  },
  TIMEOUT_MS,
);
