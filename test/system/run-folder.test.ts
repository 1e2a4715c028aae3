/** What `--out` keeps of a run: enough to run it again with the same orders, and to see any change. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { differencesOf, readManifest } from '../../app/run-directory/manifest.ts';
import { missing } from '../support/missing.ts';
import { freeTcpPort, freeUdpPort } from '../support/system/free-ports.ts';
import { type Running, runs, runToEnd, sentence } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const start = runs();

const PASSWORD = 'never-in-a-folder-of-a-run';
const SHORT = ['--messages', '30000', '--symbols', 'AAPL,MSFT', '--seed', '21', '--rate', '20000'];

let made: string | undefined;
async function recording(): Promise<string> {
  if (made !== undefined) return made;
  const file = shop.path('short.pcap');
  expect((await runToEnd(['generate', file, ...SHORT])).status).toBe(0);
  made = file;
  return file;
}

/** @returns what the run says, and its folder */
async function kept(name: string, args: readonly string[]) {
  const folder = shop.path(name);
  const { status, stdout, stderr } = await runToEnd([...args, '--warm-up', '0', '--out', folder, '--json']);
  expect(status, stderr).toBe(0);
  return { folder, result: JSON.parse(stdout) };
}

async function again(folder: string) {
  const { status, stdout, stderr } = await runToEnd(['replay', folder, '--warm-up', '0', '--json']);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

async function verified(folder: string) {
  const { status, stdout, stderr } = await runToEnd(['verify', folder, '--json']);
  expect(stderr).not.toContain('    at ');
  return { status, result: stdout === '' ? undefined : JSON.parse(stdout), stderr };
}

const DEMOS = [
  { name: 'kernel', flags: [], unavailable: undefined },
  { name: 'a venue that misbehaves', flags: ['--scenario', 'everything'], unavailable: undefined },
  { name: 'flat out', flags: ['--speed', 'max'], unavailable: undefined },
  {
    name: 'af_xdp, orders by lwIP',
    flags: ['--rx', 'af_xdp', '--tx', 'lwip'],
    unavailable: missing({ root: true, addons: ['lwip'] }),
  },
];

describe.each(DEMOS)('a demo over $name', ({ name, flags, unavailable }) => {
  test.skipIf(unavailable !== undefined)(`runs again with the same orders${unavailable ?? ''}`, async () => {
    const { folder, result } = await kept(name, ['demo', '--recording', await recording(), ...flags]);
    expect(result.orders.sent).toBeGreaterThan(5);
    const { orderLogHash, orders, feed, events, positions, fills } = await again(folder);
    expect(orderLogHash).toBe(result.orderLogHash);
    expect({ orders, fills, events, positions }).toEqual({
      orders: result.orders,
      fills: result.fills,
      events: result.events,
      positions: result.positions,
    });
    expect(feed).toMatchObject({
      packets: result.feed.packets,
      messages: result.feed.messages,
      gaps: result.feed.gaps,
    });
  });
});

test('verify compares files and orders', async () => {
  const { folder, result } = await kept('verified', ['demo', '--recording', await recording()]);
  const { status, result: verdict } = await verified(folder);
  const { orderLogHash } = result;
  expect(verdict).toMatchObject({ ok: true, changed: [], orderLogHash, again: { orderLogHash, difference: null } });
  expect(status).toBe(0);
});

test('a replay runs again from its recording, as long as that is the same', async () => {
  const own = shop.path('own.pcap');
  cpSync(await recording(), own);
  const { folder } = await kept('replayed', ['replay', own]);
  expect(await verified(folder)).toMatchObject({ status: 0, result: { ok: true, command: 'replay' } });
  const bytes = readFileSync(own);
  (bytes[bytes.length >> 1] as number) ^= 1;
  writeFileSync(own, bytes);
  const { status, result } = await verified(folder);
  expect(result).toMatchObject({ ok: false, again: null });
  expect(result.changed).toEqual([`The recording ${own} has changed: its sha256 is another.`]);
  expect(status).toBe(1);
});

test('a changed byte anywhere in the folder is seen, and so are a missing and a strange file', async () => {
  const { folder } = await kept('changed', ['demo', '--recording', await recording(), '--seconds', '3']);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(folder, file)).isFile(),
  );
  expect(files.length).toBeGreaterThan(8);
  for (const file of files) {
    const path = join(folder, file);
    const bytes = readFileSync(path);
    const changed = Buffer.from(bytes);
    (changed[Math.floor(bytes.length * 0.7)] as number) ^= 4;
    writeFileSync(path, changed);
    if (file === 'manifest.json') expect(() => readManifest(folder)).toThrow(/is not as hotlap wrote it/);
    else
      expect(await differencesOf(folder, readManifest(folder))).toEqual([
        `${file} has changed: its sha256 is another.`,
      ]);
    writeFileSync(path, bytes);
  }
  expect(await differencesOf(folder, readManifest(folder))).toEqual([]);
  writeFileSync(join(folder, 'stranger'), '');
  const { status, result } = await verified(folder);
  expect(result).toMatchObject({ ok: false, changed: ['stranger was not there when the run ended.'], again: null });
  expect(status).toBe(1);
});

/** Resting orders in two waves, so that there is something to cancel and to ask about; talks of every wave. */
const WAVES = `
  setup(ctx) { ctx.instrument('AAPL'); },
  onBook(book, ctx) {
    events += 1;
    if (events % 40 !== 0 || sent === 400) return;
    if (ctx.orders.limit(ctx.instrument('AAPL'), Side.Buy, book.bidPrice(0) - (events % 3) * 100, 5).ok) sent += 1;
  },
  onOrder(order, ctx) {
    if (order.state === 'new') acknowledged += 1;
    if (acknowledged % 5 === 0) ctx.log.info('ACKNOWLEDGED ' + acknowledged);
  },`;

async function against(name: string) {
  shop.strategy('waves', WAVES);
  const fixPort = await freeTcpPort();
  const config = shop.write(
    `${name}.yaml`,
    `feeds: [{ group: 239.192.7.9, port: ${await freeUdpPort()} }]
venues:
  - name: simulator
    host: 127.0.0.1
    port: ${fixPort}
    senderCompId: HOTLAP
    targetCompId: SIMULATOR
    stateDir: ./state-${fixPort}
    username: trader
    password: ${PASSWORD}
    resetOnLogon: true
    reconnect: { intervalMs: 100, maxIntervalMs: 200, maxAttempts: 0 }
strategies: [{ source: ./waves.ts }]
`,
  );
  const venue = async (): Promise<Running> => {
    const simulator = start(['simulator', '--config', config, '--recording', await recording(), '--speed', '0.1']);
    await simulator.says(/FIX on/);
    return simulator;
  };
  const simulator = await venue();
  const folder = shop.path(name);
  const run = start(['run', '--config', config, '--warm-up', '0', '--enable-trading', '--out', folder, '--json']);
  await run.says(/ACKNOWLEDGED 10/);
  return { folder, config, run, simulator, venue };
}

test('a run whose venue is killed and started again, and which is told what to do, runs again with the same orders', async () => {
  const { folder, config, run, simulator, venue } = await against('interrupted');
  const ctl = async (...args: string[]) => {
    const { status, stderr } = await runToEnd(['ctl', ...args, '--config', config]);
    expect(status, stderr).toBe(0);
  };
  await ctl('disarm');
  await ctl('cancel', 'all');
  await ctl('arm');
  await run.says(/ACKNOWLEDGED 30/);
  simulator.child.kill('SIGKILL');
  await simulator.ended;
  const second = await venue();
  await run.says(/Reconciled with the venue[\s\S]*Reconciled with the venue/);
  await ctl('kill', 'strategy:waves', '--reason', 'seen enough');
  await sleep(500);
  run.child.kill('SIGINT');
  const { stdout, stderr } = await run.ended;
  expect(stdout, stderr).not.toBe('');
  const result = JSON.parse(stdout);
  expect(result.orders.sent).toBeGreaterThanOrEqual(30);
  const { orderLogHash, orders, positions, kills } = await again(folder);
  expect({ orderLogHash, orders, positions }).toEqual({
    orderLogHash: result.orderLogHash,
    orders: result.orders,
    positions: result.positions,
  });
  expect(kills).toEqual(result.kills);
  expect((await verified(folder)).result).toMatchObject({ ok: true });
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, file);
    if (statSync(path).isFile()) expect(readFileSync(path).includes(PASSWORD), file).toBe(false);
  }
  second.child.kill('SIGTERM');
  await second.ended;
});

test('of a run that was killed the tape says what there is, and verify that there is nothing to compare with', async () => {
  const { folder, run } = await against('killed');
  await sleep(300);
  run.child.kill('SIGKILL');
  await run.ended;
  const { orders, ended } = await again(folder);
  expect(orders.acknowledged).toBeGreaterThanOrEqual(10);
  expect(ended.reason).toBe('the run ends here');
  const { status, stderr } = await verified(folder);
  expect(sentence(stderr)).toMatch(/was killed before it could write down what its files are/);
  expect(status).toBe(1);
});

const noMount = missing({ root: true, addons: [] });
test.skipIf(noMount !== undefined)(
  `a disk that becomes full ends the tape, never the run, and both say so${noMount === undefined ? '' : ` (skipped: ${noMount})`}`,
  async () => {
    const busy = shop.path('busy.itch');
    const flow = ['--messages', '700000', '--rate', '350000', '--symbols', '20', '--seed', '3'];
    expect((await runToEnd(['generate', busy, ...flow])).status).toBe(0);
    const disk = shop.path('disk');
    mkdirSync(disk);
    // Room for a segment of the order journal, for one of the tape, and not for a second one.
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', disk]);
    try {
      const folder = join(disk, 'run');
      // By a wire that makes its sender wait: what is lost here is the tape's.
      const args = ['demo', '--rx', 'shm', '--recording', busy, '--out', folder, '--json'];
      const { status, stdout, stderr } = await runToEnd(args);
      expect(status, stderr).toBe(0);
      expect(stderr).toMatch(/The tape of this run ends here: the run goes on/);
      const { tapeCutAt, recording: played } = JSON.parse(stdout);
      expect(played).toMatchObject({ messages: 700_000, gaps: 0 });
      expect(tapeCutAt).toBeGreaterThan(0);
      expect(readFileSync(join(folder, 'summary.txt'), 'utf8')).toMatch(/^Tape +CUT from turn [\d,]+ on/m);
      const refused = await verified(folder);
      expect(sentence(refused.stderr)).toMatch(
        /was full or too slow for the tape of .*from turn \d+ on it lacks what came in/,
      );
      expect(refused.status).toBe(1);
    } finally {
      execFileSync('umount', [disk]);
    }
  },
);

describe('what is no run', () => {
  test.each([
    ['verify', ['verify', 'strategies'], 1, /strategies is no folder of a run: manifest\.json is missing/],
    ['verify of nothing', ['verify', 'nowhere'], 1, /nowhere is no folder of a run/],
    ['replay', ['replay', 'strategies'], 1, /strategies is no folder of a run: plan\.v8 is missing/],
    [
      'replay with other settings',
      ['replay', 'strategies', '--strategy', 'x'],
      2,
      /--strategy has no meaning for a run's folder/,
    ],
    ['verify without a folder', ['verify'], 2, /folder/],
  ] as const)('%s', async (_, args, expected, words) => {
    const { status, stderr, stdout } = await runToEnd(args);
    expect(sentence(stderr)).toMatch(words);
    expect(stderr).not.toContain('    at ');
    expect({ status, stdout }).toEqual({ status: expected, stdout: '' });
  });
});
