/** The acceptance definitions of FIX 4.4 against the production session over lwIP: their runner calls by its kernel's TCP. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { packageRoot } from '../../native/paths.ts';
import { FAULTLESS, LossyWire } from '../support/lossy-wire/lossy-wire.ts';
import { missing } from '../support/missing.ts';

const suite = join(packageRoot, '..', 'shared', 'fix-acceptance');
const runner = join(suite, 'run.mjs');
const acceptorProgram = join(packageRoot, 'test', 'acceptance', 'echo-acceptor.ts');
const PORT = 46_340;
/** They wait out heartbeats of 30 s each, and so in different halves. */
const LONG = ['4a_NoDataSentDuringHeartBtInt.def', '6_SendTestRequest.def'];
const TIMEOUT_MS = 240_000;

const unavailable =
  missing({ root: true, addons: ['lwip'] }) ?? (existsSync(runner) ? undefined : `the runner is not at ${runner}`);
if (process.env.CI !== undefined && unavailable !== undefined) throw new Error(unavailable);

const acceptors: ChildProcess[] = [];
const wires: LossyWire[] = [];
afterEach(async () => {
  for (const acceptor of acceptors) acceptor.kill();
  await Promise.all(wires.map((wire) => wire.end()));
});

/** Plays these definitions against an acceptor of their own. @returns what the runner prints */
async function play(files: readonly string[]): Promise<string> {
  const wire = await LossyWire.open('listening stack', FAULTLESS);
  wires.push(wire);
  const { engine, venue, stackAddress } = wire;
  const [address = ''] = stackAddress.split('/');
  const lwip = 'link' in engine && { link: engine.link, address: stackAddress };
  const listen = ['--port', String(PORT), '--address', address, '--lwip', JSON.stringify(lwip)];
  const acceptor = spawn(process.execPath, [acceptorProgram, ...listen], { stdio: ['ignore', 'pipe', 'inherit'] });
  acceptors.push(acceptor);
  const [said] = await once(acceptor.stdout as NodeJS.ReadableStream, 'data');
  expect(String(said)).toBe(`listening on ${PORT}\n`);

  const env = { ...process.env, HOST: address };
  // It ends with 1 where a definition failed: what it printed says which.
  const run = venue.namespace.inside(() =>
    promisify(execFile)(process.execPath, [runner, String(PORT), ...files], { env, timeout: TIMEOUT_MS }),
  );
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return stdout;
}

test.skipIf(unavailable !== undefined)(
  `the acceptance definitions of FIX 4.4 pass over lwIP${unavailable ? ` (skipped: ${unavailable})` : ''}`,
  async () => {
    const folder = join(suite, 'fix44');
    const short = readdirSync(folder).filter((name) => name.endsWith('.def') && !LONG.includes(name));
    // One acceptor has one session, in which definitions come one after the other: two halves need two.
    const halves = [0, 1].map((half) => [...LONG, ...short].filter((_, index) => index % 2 === half));
    const said = await Promise.all(halves.map((names) => play(names.map((name) => join(folder, name)))));
    expect(said).toEqual(['30 passed, 0 failed\n', '29 passed, 0 failed\n']);
  },
  TIMEOUT_MS,
);
