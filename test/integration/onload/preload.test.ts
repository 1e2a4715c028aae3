/** Preloaded socket libraries, by stand-ins: each is found, each socket is asked, and nothing is warmed that would send. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Preloading } from '../../support/onload/preload.ts';
import type { Said } from '../../support/onload/use-sockets.ts';

const preloading = new Preloading();
afterAll(() => preloading[Symbol.dispose]());

const use = (env: Readonly<Record<string, string>>) => preloading.run<Said>('use-sockets.ts', env);
const warmed = (calls: readonly string[]): number => calls.filter((call) => call.startsWith('warm')).length;

/** What a feed's receiver opens on, of the kernel alone and with bypass required. */
const required = (env: Readonly<Record<string, string>>) => preloading.run<string>('required-feed.ts', env).said;

describe('Onload', () => {
  const LD_PRELOAD = preloading.library('onload');

  test('is asked of each socket once it is bound or connected, and again after a reconnect', () => {
    const { said } = use({ LD_PRELOAD });
    expect(said.accelerator).toEqual({ library: 'Onload', version: '1.2.0', problem: '', ignoresPreload: false });
    expect(said.before).toMatchObject({ backend: 'kernel', accelerated: false });
    expect(said.before.reason).toMatch(/Onload is preloaded, and is asked of each connection/);
    for (const transport of [said.first, said.second]) {
      expect(transport).toMatchObject({ backend: 'onload', accelerated: true });
      expect(transport.reason).toMatch(/^Onload \(extension API 1\.2\.0\), stack 3 `hotlap`, in place of kernel TCP/);
    }
    expect(said.feed).toMatchObject({ backend: 'onload', accelerated: true });
  });

  test('gives the thread a stack of its own, once and before its first socket, and no spinning', () => {
    const { calls } = use({ LD_PRELOAD });
    expect(calls.slice(0, 2)).toEqual(['stackname 0 1 hotlap', 'spin 0 0']);
    expect(calls.filter((call) => !call.startsWith('warm'))).toHaveLength(2);
  });

  test('has the path of a send walked in idle turns, and nothing of it leaves', () => {
    const { said, calls } = use({ LD_PRELOAD });
    // 10,000 idle polls on each of two connections, one in 1,024 of them.
    expect(warmed(calls)).toBeGreaterThanOrEqual(16);
    expect(warmed(calls)).toBeLessThanOrEqual(20);
    expect(said.received).toBe('8=FIX8=FIX');
  });

  test('a socket that it did not take over is told as the kernel runs it, and is never warmed', () => {
    const { said, calls } = use({ LD_PRELOAD, ONLOAD_TAKES: 'none' });
    for (const transport of [said.first, said.second, said.feed]) {
      expect(transport).toMatchObject({ backend: 'kernel', accelerated: false });
      expect(transport.reason).toMatch(/Onload is preloaded and has not taken this socket over/);
    }
    expect(warmed(calls)).toBe(0);
    expect(said.received).toBe('8=FIX8=FIX');
  });

  test('without warm sends a socket is accelerated and never warmed', () => {
    const { said, calls } = use({ LD_PRELOAD, ONLOAD_TAKES: 'warmless' });
    expect(said.first).toMatchObject({ backend: 'onload', accelerated: true });
    expect(warmed(calls)).toBe(0);
  });

  test('a connection that is handed to the kernel while it stands is warmed no more', () => {
    const { said, calls } = use({ LD_PRELOAD, ONLOAD_HANDS: '3' });
    expect(said.first.backend).toBe('onload');
    expect(said.second).toMatchObject({ backend: 'kernel', accelerated: false });
    expect(warmed(calls)).toBe(3);
    expect(said.received).toBe('8=FIX8=FIX');
  });

  test('of another major version is not called', () => {
    const { said, calls } = use({ LD_PRELOAD: preloading.library('onload-other-major') });
    expect(said.accelerator.problem).toMatch(/version 2\.2\.0 of its extension API, and hotlap knows 1\.x/);
    expect(said.first).toMatchObject({ backend: 'kernel', accelerated: false });
    expect(said.first.reason).toContain('2.2.0');
    expect(calls).toEqual([]);
  });

  test('lets a feed that must pass the kernel by come through its sockets, if it took them over', () => {
    expect(required({ LD_PRELOAD })).toBe('onload');
    expect(required({ LD_PRELOAD, ONLOAD_TAKES: 'none' })).toMatch(
      /it was opened, and the data would still come through/,
    );
    expect(required({ LD_PRELOAD: '' })).toMatch(/bypass is `require`/);
  });

  test('named and not loaded is said', () => {
    const { said } = use({ LD_PRELOAD: '/nowhere/libonload.so' });
    expect(said.accelerator).toMatchObject({
      library: '',
      problem: expect.stringMatching(/^Onload is named .* not loaded/),
    });
    expect(said.first.reason).toMatch(/Onload is named in LD_PRELOAD and is not loaded/);
  });
});

test.each([
  ['1', 'vma', true, /^VMA, 1 ring, in place of/],
  ['0', 'kernel', false, /VMA is preloaded and has not taken/],
])('VMA with %s rings on a socket', (VMA_RINGS, backend, accelerated, reason) => {
  const { said } = use({ LD_PRELOAD: preloading.library('vma'), VMA_RINGS });
  expect(said.accelerator).toMatchObject({ library: 'VMA', problem: '' });
  expect(said.first).toMatchObject({ backend, accelerated, reason: expect.stringMatching(reason) });
  expect(said.feed).toMatchObject({ backend, accelerated });
});

test('XLIO is recognised, and not believed of a socket', () => {
  const { said } = use({ LD_PRELOAD: preloading.library('xlio') });
  expect(said.accelerator.library).toBe('XLIO');
  expect(said.first).toMatchObject({ backend: 'kernel', accelerated: false });
  expect(said.first.reason).toMatch(/XLIO is preloaded, which does not tell/);
});

test('without any, the kernel is told as ever', () => {
  const { said, calls } = use({ LD_PRELOAD: '' });
  expect(said.accelerator).toEqual({ library: '', version: '', problem: '', ignoresPreload: false });
  expect(said.first).toEqual(said.before);
  expect(said.first).toMatchObject({
    backend: 'kernel',
    reason: 'kernel TCP, busy-polled, TCP_NODELAY and TCP_QUICKACK',
  });
  expect(calls).toEqual([]);
});

const isRoot = process.getuid!() === 0;
test.skipIf(!isRoot)(`file capabilities on node are found out${isRoot ? '' : ' (needs root: setcap)'}`, () => {
  const node = join(preloading.folder, 'node');
  copyFileSync(process.execPath, node);
  // Of another user, who may look into it.
  chmodSync(preloading.folder, 0o755);
  expect(spawnSync('setcap', ['cap_net_raw+ep', node]).status).toBe(0);
  const addon = "require('./build/Release/hotlap.node')";
  const args = ['--reuid', '65534', '--clear-groups', node, '-p', `JSON.stringify(${addon}.host.accelerator())`];
  const { stdout, stderr } = spawnSync('setpriv', args, {
    encoding: 'utf8',
    env: { ...process.env, LD_PRELOAD: preloading.library('onload') },
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    library: '',
    ignoresPreload: true,
    problem: expect.stringMatching(/^Onload is named in LD_PRELOAD, and the loader ignores that .* file capabilities/),
  });
});
