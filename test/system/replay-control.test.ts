/** `hotlap ctl` at a replay: it holds, steps and seeks, and the orders are those of one that was left alone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { type Asking, ControlClient } from '../../app/control/control-client.ts';
import type { StatusReport } from '../../app/control/status-report.ts';
import type { PlaybackReport } from '../../engine/loop/playback.ts';
import { type Ended, runs, runToEnd } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const recording = shop.path('day.pcap');
let sockets = 0;
/** One whose test fails is ended all the same. */
const start = runs();

type Where = PlaybackReport;

const atSeconds = ({ timeNs }: Where): number => timeNs / 1e9 - 34_200;
const hashOf = ({ status, stdout, stderr }: Ended): string => {
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout).orderLogHash;
};

beforeAll(async () => {
  const args = ['--messages', '3000', '--symbols', 'AAPL,MSFT', '--seed', '5', '--rate', '50'];
  expect((await runToEnd(['generate', recording, ...args])).status).toBe(0);
});

/** A replay that is held before its first message, and what `hotlap ctl` says to it. */
async function held(args: readonly string[]) {
  const socket = shop.path(`control-${++sockets}/replay.sock`);
  const replay = start(['replay', ...args, '--paused', '--control', socket, '--warm-up', '0', '--json']);
  await replay.says(/controls this engine/);
  const ctl = (...words: string[]): Promise<Ended> => runToEnd(['ctl', ...words, '--socket', socket]);
  /** What needs no command line: a process for each question takes its time. */
  async function ask(request: Asking): Promise<unknown> {
    const client = await ControlClient.open(socket);
    try {
      return (await client.ask(request)).data;
    } finally {
      client.close();
    }
  }
  const loop = async () => ((await ask({ command: 'status' })) as StatusReport).loop;
  /** Where it stands once what was asked is done. */
  async function where(request: Asking): Promise<Where> {
    let now = (await ask(request)) as Where;
    while (now.state === 'stepping' || now.state === 'seeking') {
      await sleep(100);
      now = (await loop())?.playback ?? now;
    }
    return now;
  }
  // As long as it starts it has no answer.
  while ((await loop().catch(() => null)) === null) await sleep(50);
  return { replay, ctl, ask, where };
}

test('paused, stepped by events and by time, sought and slowed: the orders are the same', async () => {
  const expected = hashOf(await runToEnd(['replay', recording, '--warm-up', '0', '--json']));
  const { replay, ctl, where } = await held([recording, '--idle', 'backoff']);
  expect((await ctl('status')).stdout).toMatch(/replay {2,}Paused before the first message/);
  expect(JSON.parse((await ctl('step', '--json')).stdout)).toMatchObject({ state: 'paused' });
  const first = await where({ command: 'step', events: 10 });
  const second = await where({ command: 'step', events: 10 });
  expect(second.sequence).toBeGreaterThanOrEqual(first.sequence + 10);
  const third = JSON.parse((await ctl('step', '1.5s', '--json')).stdout);
  expect(third).toMatchObject({ state: 'paused', timeNs: second.timeNs + 1.5e9 });
  expect((await ctl('seek', '09:30:20')).stdout).toMatch(/^Paused at 09:30:20\.0{9}, behind message [\d,]+\.\n$/);
  const back = await ctl('seek', '09:30:19');
  expect(back.status).toBe(1);
  expect(back.stderr).toContain('only goes forward');
  expect(await where({ command: 'speed', speed: 4 })).toMatchObject({ state: 'paused', speed: 4 });
  const startMs = performance.now();
  expect(await where({ command: 'resume' })).toMatchObject({ state: 'playing', speed: 4 });
  const paused = await where({ command: 'pause' });
  // What the time before the resume took is not caught up with.
  const elapsed = (performance.now() - startMs) / 1000;
  expect(atSeconds(paused)).toBeGreaterThan(20);
  expect(atSeconds(paused)).toBeLessThanOrEqual(20 + 4 * elapsed);
  expect(await where({ command: 'pause' })).toEqual(paused);
  expect(await where({ command: 'speed', speed: 0 })).toMatchObject({ speed: 0 });
  await where({ command: 'resume' });
  expect(hashOf(await replay.ended)).toBe(expected);
});

test('only what changes no orders is taken', async () => {
  const { replay, ctl } = await held([recording]);
  const killed = await ctl('kill');
  expect(killed).toMatchObject({ status: 1, stderr: expect.stringContaining('for `run` and `demo`') });
  expect((await ctl('orders')).status).toBe(0);
  for (const words of [
    ['step', '0'],
    ['step', '25h'],
    ['step', 'x'],
    ['seek', '25:00:00'],
    ['speed', '-1'],
  ])
    expect((await ctl(...words)).status, words.join(' ')).toBe(2);
  // A stop ends what is held as well.
  replay.child.kill('SIGINT');
  expect(hashOf(await replay.ended)).toMatch(/^[0-9a-f]{64}$/);
});

test('the run again from its folder is held and stepped in the same way, and ends when it is told to', async () => {
  const folder = shop.path('run');
  const demo = await runToEnd([
    'demo',
    '--recording',
    recording,
    '--speed',
    '20',
    '--warm-up',
    '0',
    '--json',
    '--out',
    folder,
  ]);
  const expected = hashOf(demo);
  const again = await held([folder]);
  const first = await again.where({ command: 'step', events: 100 });
  expect(first.state).toBe('paused');
  expect((await again.where({ command: 'step', ns: 500e6 })).timeNs).toBeGreaterThanOrEqual(first.timeNs + 500e6);
  const speed = await again.ctl('speed', '2');
  expect(speed.stderr).toContain('always plays as fast as it can');
  await again.where({ command: 'resume' });
  expect(hashOf(await again.replay.ended)).toBe(expected);
  const ended = await held([folder]);
  ended.replay.child.kill('SIGINT');
  expect(JSON.parse((await ended.replay.ended).stdout).ended).toMatchObject({ ok: true, reason: 'interrupted' });
});
