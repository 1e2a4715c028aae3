/** `hotlap record` as a user runs it, beside `simulator --play`. */
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { plain, readPcapng } from '../support/read-pcapng.ts';
import { freeUdpPort } from '../support/system/free-ports.ts';
import { CallTrace, hotThread, noTraceReason } from '../support/system/hot-thread.ts';
import { runs, runToEnd, sentence } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';

const shop = openWorkshop();
const start = runs();
const GROUP = '239.255.82.1';
const MESSAGES = 15_000;

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

test('what was played is recorded: the same orders in a replay; whoever is killed leaves what can be read', async () => {
  const source = shop.path('source.pcap');
  const flow = ['--messages', `${MESSAGES}`, '--symbols', 'AAPL,MSFT', '--seed', '12', '--rate', '2000'];
  expect((await runToEnd(['generate', source, ...flow])).status).toBe(0);
  const port = await freeUdpPort();
  const files = ['whole.pcapng.zst', 'killed.pcapng', 'killed.pcapng.zst'].map(shop.path) as [string, string, string];
  const whole = await recording(files[0], port, '--json');
  const killed = await Promise.all(files.slice(1).map((file) => recording(file, port)));
  const playing = start(['simulator', '--play', source, '--group', `all=${GROUP}:${port}`, '--speed', '3', '--json']);
  // A compressed file holds what is a second old.
  const grown = (): boolean => killed.every((_, n) => statSync(files[n + 1] as string).size > 4_000);
  while (!grown()) await sleep(50);
  for (const run of killed) run.child.kill('SIGKILL');
  const played = JSON.parse((await playing.ended).stdout);
  await sleep(100);
  whole.child.kill('SIGINT');
  const { status, stdout, leftBehind } = await whole.ended;
  expect({ status, leftBehind }).toEqual({ status: 0, leftBehind: [] });
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ packets: played.sent.packets, lost: { packets: 0 }, ended: 'signal' });

  const payloads = (file: string): Buffer[] =>
    readPcapng(plain(file)).flatMap(({ packets }) => packets.map(({ payload }) => payload));
  const all = payloads(files[0]);
  const opened = await Promise.all(files.map((file) => json('inspect', file)));
  expect(opened[0]).toMatchObject({ packets: played.sent.packets, messages: MESSAGES, gaps: 0, truncated: false });
  for (const each of opened.slice(1)) {
    expect(each.packets).toBeGreaterThan(20);
    expect(each).toMatchObject({ protocol: 'itch50', gaps: 0 });
  }
  expect(payloads(files[2])).toEqual(all.slice(0, opened[2].packets));

  const [was, is] = await Promise.all([source, files[0]].map((file) => json('replay', file, '--warm-up', '0')));
  expect(was.orders.sent).toBeGreaterThan(20);
  expect(is).toMatchObject({ orderLogHash: was.orderLogHash, recording: { messages: MESSAGES, gaps: 0 } });
});

const untraced = noTraceReason();
test.skipIf(untraced !== undefined)(
  `its thread asks the kernel for packets and, once a second, for losses${untraced === undefined ? '' : ` (skipped: ${untraced})`}`,
  async () => {
    const port = await freeUdpPort();
    const run = start(['record', shop.path('traced.pcapng'), '--group', `${GROUP}:${port}`, '--idle', 'spin']);
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

test.each([
  [2, ['x.pcap', '--group', '239.1.1.1:5'], /must end in \.pcapng/],
  [2, ['x.pcapng'], /No group is named/],
  [2, ['x.pcapng', '--group', '239.1.1.1:5', '--group', '239.1.1.1:5'], /twice/],
  [2, ['x.pcapng', '--group', '239.1.1.1:5', '--keep', '3'], /--keep is for files in rotation/],
  [2, ['x.pcapng', '--group', '239.1.1.1:5', '--rotate-size', '5T'], /--rotate-size takes bytes/],
  [1, ['/no/x.pcapng', '--group', '239.1.1.1:5'], /there is no such folder/],
  [1, ['x.pcapng', '--group', '239.1.1.1:5', '--rx', 'af_xdp', '--interface', 'nosuch0'], /af_xdp: .*nosuch0/],
] as const)('refused, %i: %j', async (status, args, expected) => {
  const ended = await runToEnd(['record', ...args], { cwd: shop.folder });
  expect(sentence(ended.stderr)).toMatch(expected);
  expect({ status: ended.status, stdout: ended.stdout }).toEqual({ status, stdout: '' });
});
