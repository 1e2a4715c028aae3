/** `hotlap simulator --play` as a user runs it. */
import { describe, expect, test } from 'vitest';
import { capture, captureJson, capturesReason } from '../support/captures.ts';
import { frame } from '../support/mold-packets.ts';
import { runToEnd, sentence } from '../support/system/running.ts';
import { openWorkshop } from '../support/system/workshop.ts';
import { timedPcap } from '../support/timed-pcap.ts';

const shop = openWorkshop();
const FROM = { group: '239.255.79.1', port: 46_411 };
const small = shop.write(
  'small.pcap',
  timedPcap([1, 2, 3].map((n) => ({ bytes: frame(Buffer.from(`packet ${n}`), FROM), timeNs: BigInt(n) * 2_000_000n }))),
);
const played = (...args: string[]) => runToEnd(['simulator', '--play', ...args]);

test('text for people, and one document with --json', async () => {
  const text = await played(small, '--group', '239.255.79.1=239.255.79.2');
  expect(text.status).toBe(0);
  expect(text.stdout).toMatch(/Sent +3 of 3 frames/);
  expect(text.stdout).toContain('239.255.79.1:46411 to 239.255.79.2:46411: 3 packets');
  expect(text.stdout).toMatch(/Pacing +error .* over 3 packets/);
  expect(text.leftBehind).toEqual([]);
  const { stdout } = await played(small, '--speed', '2', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    sent: { packets: 3, intendedSeconds: 0.002 },
    pacingError: { count: 3, p50: null, p999: null },
  });
});

const CAPTURES = [
  'cme/mdp3_schema9_multich_AB_20180912.pcap',
  'pitch/cfe_pitch_1.1.6_20190501.pcap',
  'iex/tops16_20180127.pcapng.gz',
];
describe.skipIf(capturesReason !== undefined)(
  `captures of other exchanges${capturesReason === undefined ? '' : ` (skipped: ${capturesReason})`}`,
  () => {
    test.each(CAPTURES)('%s', async (name) => {
      const oracle = captureJson(`${name}.oracle.json`);
      const frames: number = oracle.frames.frames ?? oracle.frames;
      const { status, stdout } = await played(capture(name), '--speed', 'max', '--json');
      expect(status).toBe(0);
      const result = JSON.parse(stdout);
      expect(result).toMatchObject({ frames, truncated: false, failed: { tooLong: 0, errors: 0 } });
      const skipped = Object.values<number>(result.skipped).reduce((sum, count) => sum + count, 0);
      expect(result.sent.packets + skipped).toBe(frames);
      const sent = result.groups.filter(({ to }: { to: string | null }) => to !== null);
      expect(
        Object.fromEntries(sent.map(({ group, sent: packets }: { group: string; sent: number }) => [group, packets])),
      ).toEqual(oracle.multicast_groups ?? oracle.frames.multicast_groups);
    });
  },
);

describe('refused', () => {
  test.each([
    [2, ['--state', 'x'], /--state is the exchange's, and --play has none/],
    [2, ['--group', '10.0.0.1'], /--group takes GROUP, GROUP:PORT or all/],
    [2, ['--group', '239.1.1.1=10.0.0.1'], /--group takes/],
    [2, ['--rate', '5', '--packet-rate', '5'], /exclude each other/],
    [1, ['--group', '239.9.9.9'], /has none of the groups that --group chooses/],
    [1, ['--interface', 'nosuch0'], /nosuch0/],
  ] as const)('%i: %j', async (status, args, expected) => {
    const ended = await played(small, ...args);
    expect(sentence(ended.stderr)).toMatch(expected);
    expect(ended.status).toBe(status);
  });

  test('a BinaryFILE, a file that is not there, --group without --play', async () => {
    const binary = shop.write('x.itch', Buffer.alloc(2));
    const messages = await played(binary);
    expect(sentence(messages.stderr)).toMatch(/has messages and no packets/);
    expect(messages.status).toBe(1);
    expect((await played('/does/not/exist.pcap')).status).toBe(1);
    expect((await runToEnd(['simulator', '--group', '239.1.1.1'])).status).toBe(2);
  });
});
