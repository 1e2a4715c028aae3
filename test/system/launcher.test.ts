import { mkdtempSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hotlap } from '../support/hotlap.ts';

/** A module that runs before the launcher and can tell a lie, or the truth, about the process. */
function preload(code: string): string[] {
  const file = join(mkdtempSync(join(tmpdir(), 'hotlap-launcher-')), 'preload.cjs');
  writeFileSync(file, code);
  return ['--require', file];
}

/** Prints what the process is, once it is the one that runs the command. */
const SPY = `process.on('exit', () => console.log('SPY ' + JSON.stringify({
  pid: process.pid, execArgv: process.execArgv, launch: process.env.HOTLAP_LAUNCH,
  cpus: require('node:fs').readFileSync('/proc/self/status', 'utf8').match(/Cpus_allowed_list:\\s*(\\S+)/)[1] })));`;

async function spied(args: string[], how: Parameters<typeof hotlap>[1] = {}) {
  const { stdout, stderr } = await hotlap(args, { ...how, nodeArgs: preload(SPY) });
  const lines = stdout.split('\n').filter((line) => line.startsWith('SPY '));
  expect(lines, stderr).toHaveLength(1);
  const spy = JSON.parse((lines[0] as string).slice(4));
  return { ...spy, launch: spy.launch === undefined ? undefined : JSON.parse(spy.launch), stderr };
}

// Ends at the command line: the launcher has done its work by then.
const HOT = ['replay', '--speed', '0', 'x.pcap'];

describe('the launcher', () => {
  test('says one sentence on an old Node, and on another platform', async () => {
    const old = await hotlap(['demo'], {
      nodeArgs: preload(
        `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`,
      ),
    });
    expect(old).toEqual({
      status: 1,
      stdout: '',
      stderr: 'hotlap needs Node 22.18 or newer (this is 20.20.2): install Node 24 LTS from https://nodejs.org.\n',
    });
    const darwin = await hotlap(['demo'], {
      nodeArgs: preload(`Object.defineProperty(process, 'platform', { value: 'darwin' })`),
    });
    expect(darwin).toEqual({
      status: 1,
      stdout: '',
      stderr: 'hotlap runs on Linux only (this is darwin): its receive path is Linux sockets.\n',
    });
  });

  test.runIf(availableParallelism() > 1)(
    'keeps the highest CPU free for the loop and sets the flags, in the same process',
    async () => {
      const { pid, execArgv, launch, cpus, stderr } = await spied(HOT);
      expect(launch.hotCore).toBe(Math.max(...launch.cpus));
      expect(launch.pid).toBe(pid);
      expect(cpus.split(/[,-]/).map(Number)).not.toContain(launch.hotCore);
      expect(execArgv).toContain('--single-threaded-gc');
      expect(execArgv).not.toContain('--single-threaded');
      expect(stderr).not.toContain('Warning');
    },
  );

  test.runIf(availableParallelism() > 1)('takes --hot-core', async () => {
    const { launch } = await spied([...HOT, '--hot-core', '0']);
    expect(launch.hotCore).toBe(0);
    const joined = await spied([...HOT, '--hot-core=0']);
    expect(joined.launch.hotCore).toBe(0);
  });

  test('goes on with one CPU, and knows why', async () => {
    const { launch, cpus } = await spied(HOT, { before: ['taskset', '-c', '0'] });
    expect(launch).toMatchObject({
      hotCore: null,
      cpus: [0],
      reason: 'only one CPU is allowed here, so the loop shares it',
    });
    expect(cpus).toBe('0');
  });

  test("is not fooled by a parent's variable", async () => {
    const { launch, pid } = await spied(HOT, {
      env: { HOTLAP_LAUNCH: JSON.stringify({ pid: 1, hotCore: 0, cpus: [0], reason: '' }) },
    });
    expect(launch.pid).toBe(pid);
    const broken = await spied(HOT, { env: { HOTLAP_LAUNCH: 'not json' } });
    expect(broken.launch.pid).toBe(broken.pid);
  });

  test('starts other commands directly', async () => {
    const { execArgv, launch } = await spied(['generate', 'x.foo']);
    expect(launch).toBeUndefined();
    expect(execArgv).not.toContain('--single-threaded-gc');
  });
});
