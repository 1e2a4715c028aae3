/**
 * The session-level acceptance definitions that QuickFIX, quickfixgo, QuickFIX/J and QuickFIX/n share, against the
 * production session as an acceptor. Those of FIX 4.4 lie beside the repository with their runner, those of the other
 * versions in QuickFIX's own source; neither is ever part of it.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../native/paths.ts';

const suite = join(packageRoot, '..', 'shared', 'fix-acceptance');
const runner = join(suite, 'run.mjs');
const quickfix = process.env.HOTLAP_QUICKFIX_SOURCE ?? join(packageRoot, '.cache', 'quickfix');
const versionsFolder = join(quickfix, 'test', 'definitions', 'server');

/** Folder of a version's definitions, and how many QuickFIX 1.15.1 has of it. */
const VERSIONS = [
  ['fix40', 56],
  ['fix41', 56],
  ['fix42', 58],
  ['fix43', 58],
  ['fix44', 59],
  ['fix50', 60],
  ['fix50sp1', 60],
  ['fix50sp2', 60],
] as const;

/** Two cases wait out heartbeats of 30 s. */
const TIMEOUT_MS = 240_000;

const noRunner = existsSync(runner) ? '' : ` (skipped: the runner is not at ${runner})`;
const noSource = existsSync(versionsFolder)
  ? ''
  : ` (skipped: QuickFIX's source is not at ${quickfix}; HOTLAP_QUICKFIX_SOURCE names another place)`;

// Where the project is tested for good, what is missing is a fault, not a reason to pass over it.
if (process.env.CI !== undefined && `${noRunner}${noSource}` !== '')
  throw new Error(`The acceptance definitions cannot be played${noRunner}${noSource}`.replaceAll('skipped: ', ''));

let acceptor: ChildProcess;
/** By folder, what the runner prints. All at once: most of the time they wait. */
const outcomes = new Map<string, Promise<string>>();

beforeAll(async () => {
  const program = join(packageRoot, 'test', 'acceptance', 'echo-acceptor.ts');
  acceptor = spawn(process.execPath, [program, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<string>((resolve, reject) => {
    let text = '';
    acceptor.once('exit', (status) => reject(new Error(`the acceptor ended with ${status}`)));
    acceptor.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const listening = /listening on (\d+)\n/.exec(text);
      if (listening !== null) resolve(listening[1]);
    });
  });
  if (noRunner !== '') return;
  outcomes.set('shared', play(port, join(suite, 'fix44')));
  if (noSource !== '') return;
  for (const [version] of VERSIONS) outcomes.set(version, play(port, join(versionsFolder, version)));
});

afterAll(() => {
  acceptor.removeAllListeners('exit');
  acceptor.kill();
});

/** Plays every definition of a folder. @returns what the runner prints */
async function play(port: string, folder: string): Promise<string> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.def'))
    .map((name) => join(folder, name));
  // It ends with 1 where a definition failed: what it printed says which.
  const run = promisify(execFile)(process.execPath, [runner, port, ...files], { timeout: TIMEOUT_MS });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return stdout;
}

describe('acceptance definitions', () => {
  it.skipIf(noRunner !== '')(
    `of FIX 4.4 pass${noRunner}`,
    async () => expect(await outcomes.get('shared')).toBe('59 passed, 0 failed\n'),
    TIMEOUT_MS,
  );

  it.skipIf(noRunner !== '' || noSource !== '').each(VERSIONS)(
    `of QuickFIX's %s pass${noRunner || noSource}`,
    async (version, count) => expect(await outcomes.get(version)).toBe(`${count} passed, 0 failed\n`),
    TIMEOUT_MS,
  );
});
