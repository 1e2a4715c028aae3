/** `hotlap record` as a user runs it, beside `simulator --play`. */
import { readFileSync, statSync, symlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeVethPair } from '../../app/network/veth-pair.ts';
import { missing } from '../support/missing.ts';
import { plain, readPcapng } from '../support/read-pcapng.ts';
import { freeUdpPort } from '../support/system/free-ports.ts';
import { CallTrace, hotThread, noTraceReason } from '../support/system/hot-thread.ts';
import { type Running, runs, runToEnd, sentence } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const start = runs();
const GROUP = '239.255.82.1';
const MESSAGES = 8_000;

/** @returns once it receives */
async function recording(file: string, port: number, ...more: string[]) {
  const run = start(['record', file, '--group', `${GROUP}:${port}`, '--idle', 'backoff', ...more]);
  await run.says(/Recording 239\.255\.82\.1/);
  return run;
}

async function json(...args: string[]) {
  const { status, stdout, stderr } = await runToEnd([...args, '--json']);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** @returns the generated source, and what a replay makes of it */
async function source() {
  const file = shop.path('source.pcap');
  const flow = ['--messages', `${MESSAGES}`, '--symbols', 'AAPL,MSFT', '--seed', '12', '--rate', '2000'];
  expect((await runToEnd(['generate', file, ...flow])).status).toBe(0);
  const { orders, orderLogHash } = await json('replay', file, '--warm-up', '0');
  expect(orders.sent).toBeGreaterThan(20);
  return { file, orderLogHash };
}
let generated: ReturnType<typeof source> | undefined;

const payloads = (file: string): Buffer[] =>
  readPcapng(plain(file)).flatMap(({ packets }) => packets.map(({ payload }) => payload));

/** As it was sent, and a replay sends the same orders. */
async function like(result: { packets: number }, file: string, sent: number): Promise<void> {
  expect(result).toMatchObject({ packets: sent, lost: { packets: 0 }, ended: 'signal' });
  const replayed = await json('replay', file, '--warm-up', '0');
  expect(replayed.recording).toMatchObject({ packets: sent, messages: MESSAGES, gaps: 0, truncated: false });
  expect(replayed.orderLogHash).toBe((await (generated as ReturnType<typeof source>)).orderLogHash);
}

async function interrupted(run: Running) {
  run.child.kill('SIGINT');
  const { status, stdout, stderr, leftBehind } = await run.ended;
  expect({ status, leftBehind }, stderr).toEqual({ status: 0, leftBehind: [] });
  return JSON.parse(stdout);
}

test('files in rotation are the recording; whoever is killed leaves what can be read', async () => {
  generated ??= source();
  const { file } = await generated;
  const port = await freeUdpPort();
  const whole = await recording(shop.path('part.pcapng.zst'), port, '--rotate-size', '100K', '--json');
  const files = ['killed.pcapng', 'killed.pcapng.zst'].map(shop.path) as [string, string];
  const killed = await Promise.all(files.map((each) => recording(each, port)));
  const playing = start(['simulator', '--play', file, '--group', `all=${GROUP}:${port}`, '--speed', '2', '--json']);
  // A compressed file holds what is a second old.
  while (files.some((each) => statSync(each).size < 4_000)) await sleep(50);
  for (const run of killed) run.child.kill('SIGKILL');
  const { sent } = JSON.parse((await playing.ended).stdout);
  await sleep(100);
  const result = await interrupted(whole);
  expect(result.files.length).toBeGreaterThan(1);
  const parts: Buffer[] = result.files.map((each: { file: string }) => readFileSync(each.file));
  const together = shop.write('whole.pcapng.zst', Buffer.concat(parts));
  await like(result, together, sent.packets);
  const all = payloads(together);
  for (const each of files) {
    const { packets, ...opened } = await json('inspect', each);
    expect(packets).toBeGreaterThan(20);
    expect(opened).toMatchObject({ protocol: 'itch50', gaps: 0 });
    if (each.endsWith('.zst')) expect(payloads(each)).toEqual(all.slice(0, packets));
  }
});

const unable = missing({ root: true, addons: [] });
test.skipIf(unable !== undefined)(
  `by af_xdp over a veth pair${unable === undefined ? '' : ` (skipped: ${unable})`}`,
  async () => {
    generated ??= source();
    const { file } = await generated;
    const { engine, venue, ...pair } = makeVethPair();
    try {
      const to = shop.path('frames.pcapng');
      const by = ['--rx', 'af_xdp', '--bypass', 'require', '--interface', engine.interface];
      const run = await engine.namespace.inside(() => recording(to, 26_477, ...by, '--json'));
      const playing = venue.namespace.inside(() =>
        start([
          ...['simulator', '--play', file, '--group', `all=${GROUP}:26477`, '--interface', venue.interface],
          ...['--tx', 'af_xdp', '--packet-rate', '5000', '--json'],
        ]),
      );
      const { sent } = JSON.parse((await playing.ended).stdout);
      await sleep(100);
      const result = await interrupted(run);
      expect(result.inputs).toMatchObject([
        { interface: engine.interface, frames: 'received', transport: { backend: 'af_xdp', accelerated: true } },
      ]);
      await like(result, to, sent.packets);
    } finally {
      pair.close();
    }
  },
);

const untraced = noTraceReason();
test.skipIf(untraced !== undefined)(
  `its thread asks the kernel for packets and, once a second, for losses${untraced === undefined ? '' : ` (skipped: ${untraced})`}`,
  async () => {
    const port = await freeUdpPort();
    const feed = `feeds:\n  - protocol: itch50\n    group: ${GROUP}\n    port: ${port}\n`;
    const config = shop.write('engine.yaml', feed);
    const run = start(['record', shop.path('traced.pcapng'), '--config', config, '--idle', 'spin']);
    await run.says(/Recording 239\.255\.82\.1/);
    const trace = new CallTrace(await hotThread(run.pid));
    const calls = await trace.during(1_200, { calls: 500, like: /^recvmmsg\(/ });
    run.child.kill('SIGTERM');
    const { status, stdout } = await run.ended;
    expect(status).toBe(0);
    expect(stdout).toMatch(/traced\.pcapng: 0 packets/);
    expect(stdout).toMatch(/Lost +nothing/);
    const others = calls.filter((call) => !call.startsWith('recvmmsg('));
    expect(others.filter((call) => !/^getsockopt\(.*SO_MEMINFO/.test(call))).toEqual([]);
    expect(others.length).toBeLessThan(10);
  },
);

symlinkSync('/dev/full', shop.path('full.pcapng'));
test.each([
  [2, ['x.pcap', '--group', '239.1.1.1:5'], /must end in \.pcapng/],
  [2, ['x.pcapng'], /No group is named/],
  [2, ['x.pcapng', '--group', '239.1.1.1:5', '--group', '239.1.1.1:5'], /twice/],
  [2, ['x.pcapng', '--group', '239.1.1.1:5', '--keep', '3'], /--keep is for files in rotation/],
  [2, ['x.pcapng', '--group', '239.1.1.1:5', '--rotate-size', '5T'], /--rotate-size takes bytes/],
  [1, ['full.pcapng', '--group', '239.1.1.1:5', '--force'], /full\.pcapng cannot be written \(the disk is full\)/],
  [1, ['/no/x.pcapng', '--group', '239.1.1.1:5'], /there is no such folder/],
  [1, ['x.pcapng', '--group', '239.1.1.1:5', '--rx', 'af_xdp', '--interface', 'nosuch0'], /af_xdp: .*nosuch0/],
] as const)('refused, %i: %j', async (status, args, expected) => {
  const ended = await runToEnd(['record', ...args], { cwd: shop.folder });
  expect(sentence(ended.stderr)).toMatch(expected);
  expect({ status: ended.status, stdout: ended.stdout }).toEqual({ status, stdout: '' });
});
