/** Each check of a network interface, on the tuned server's card with one thing wrong. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_FEED } from '../../../app/config/index.ts';
import { examine } from '../../../app/doctor/examine.ts';
import type { Subject } from '../../../app/doctor/subject.ts';
import type { FeedSettings } from '../../../app/options.ts';
import type { NetworkDevice } from '../../../native/index.ts';
import { packageRoot } from '../../../native/paths.ts';
import type { DoctorFinding, DoctorVerdict } from '../../../report/doctor-result.ts';
import { card, subjectOf, type Tree, TUNED_SERVER } from '../../support/doctor/host-tree.ts';

const feed = (afXdp: Partial<FeedSettings['afXdp']>): Partial<Subject> => ({
  feed: { ...DEFAULT_FEED, rx: ['af_xdp'], afXdp: { ...DEFAULT_FEED.afXdp, ...afXdp } },
});
const on = (feature: string, changeable = true): Partial<NetworkDevice> => ({
  features: { [feature]: { active: true, changeable } },
});
const channels = (combined: number): Partial<NetworkDevice> => ({
  channels: { receive: 0, maxReceive: 0, combined, maxCombined: 16 },
});
const sysfs = '/sys/class/net/eth0';
const linkOf = (program: number): Tree => ({
  '/proc/4711/comm': 'suricata',
  '/proc/4711/fdinfo/9': `pos:\t0\nlink_type:\txdp\nlink_id:\t3\nprog_id:\t${program}\nifindex:\t2`,
});

/** The device, files, subject → which check says what, and by which command it is mended. */
const WRONG: [string, Partial<NetworkDevice>, Tree, Partial<Subject>, string, DoctorVerdict, RegExp, string | null][] =
  [
    ['down', { isUp: false }, {}, {}, 'interface', 'missing', /down/, 'sudo ip link set dev eth0 up'],
    ['no carrier', { hasCarrier: false }, {}, {}, 'interface', 'missing', /carrier/, null],
    ['no driver', { driver: '' }, {}, {}, 'nic-driver', 'unknown', /does not say/, null],
    [
      'coalescing',
      { coalescing: { receiveUs: 8, receiveFrames: 64, adaptiveReceive: true } },
      {},
      {},
      'coalescing',
      'improve',
      /^adaptive, 8 µs or 64 frames$/,
      'sudo ethtool -C eth0 adaptive-rx off rx-usecs 0',
    ],
    [
      'fixed coalescing',
      { coalescing: { receiveUs: 3, receiveFrames: 0, adaptiveReceive: false } },
      {},
      {},
      'coalescing',
      'improve',
      /^3 µs$/,
      'sudo ethtool -C eth0 rx-usecs 0',
    ],
    ['a driver without coalescing', { coalescing: null }, {}, {}, 'coalescing', 'ok', /has none/, null],
    [
      'a short ring',
      { rings: { receive: 256, maxReceive: 4096 } },
      {},
      {},
      'nic-ring',
      'improve',
      /256 descriptors of 4096/,
      'sudo ethtool -G eth0 rx 1024',
    ],
    ['a card with a short ring', { rings: { receive: 512, maxReceive: 512 } }, {}, {}, 'nic-ring', 'ok', /512/, null],
    [
      'the other processor',
      {},
      { [`${sysfs}/device/numa_node`]: '0' },
      {},
      'numa-node',
      'improve',
      /node 0 \(CPU 0-1\), the loop on CPU 3/,
      '--hot-core 1',
    ],
    [
      'the /sys of another namespace',
      {},
      {
        [`${sysfs}/device/numa_node`]: null,
        [`${sysfs}/napi_defer_hard_irqs`]: null,
        [`${sysfs}/gro_flush_timeout`]: null,
      },
      {},
      'numa-node',
      'unknown',
      /there is no/,
      null,
    ],
    [
      'a strict filter',
      {},
      { '/proc/sys/net/ipv4/conf/all/rp_filter': '0' },
      {},
      'rp-filter',
      'improve',
      /strict/,
      'sudo sysctl -w net.ipv4.conf.eth0.rp_filter=2',
    ],
    ['no hardware stamps', { timestamping: null }, {}, {}, 'hardware-timestamps', 'unknown', /does not say/, null],
    [
      'no XDP',
      {
        driver: 'r8169',
        xdp: { native: false, redirect: false, zeroCopy: false, timestampHint: false, vlanHint: false },
      },
      {},
      {},
      'xdp',
      'missing',
      /driver r8169 has none/,
      null,
    ],
    [
      'no XDP, and none needed',
      { xdp: { native: false, redirect: false, zeroCopy: false, timestampHint: false, vlanHint: false } },
      {},
      feed({ mode: 'generic' }),
      'xdp',
      'ok',
      /generic/,
      null,
    ],
    [
      'XDP without redirect',
      { xdp: { native: true, redirect: false, zeroCopy: false, timestampHint: false, vlanHint: false } },
      {},
      {},
      'xdp',
      'missing',
      /no redirect/,
      null,
    ],
    [
      'no zero-copy',
      { xdp: { native: true, redirect: true, zeroCopy: false, timestampHint: false, vlanHint: false } },
      {},
      feed({ zeroCopy: 'require' }),
      'xdp',
      'missing',
      /no zero-copy, which the configuration requires/,
      null,
    ],
    ['an old kernel', { xdp: null }, {}, {}, 'xdp', 'unknown', /6\.3/, null],
    [
      'a program of another',
      { attachedXdp: { mode: 'native', programId: 42 } },
      linkOf(42),
      {},
      'xdp-program',
      'missing',
      /number 42 \(native\), by process 4711 \(suricata\)/,
      'ps -fp 4711',
    ],
    [
      'a program of nobody',
      { attachedXdp: { mode: 'generic', programId: 42 } },
      linkOf(7),
      {},
      'xdp-program',
      'missing',
      /number 42/,
      'sudo ip link set dev eth0 xdpgeneric off',
    ],
    ['LRO', on('rx-lro'), {}, {}, 'receive-offload', 'improve', /lro on/, 'sudo ethtool -K eth0 lro off'],
    ['LRO that stays', on('rx-gro-hw', false), {}, {}, 'receive-offload', 'improve', /no choice/, null],
    ['tags taken off', on('rx-vlan-hw-parse'), {}, {}, 'rxvlan', 'improve', /on/, 'sudo ethtool -K eth0 rxvlan off'],
    ['many queues', channels(8), {}, {}, 'queues', 'improve', /8 of 16/, 'sudo ethtool -L eth0 combined 1'],
    [
      'many receive queues',
      { channels: { receive: 6, maxReceive: 8, combined: 0, maxCombined: 0 } },
      {},
      {},
      'queues',
      'improve',
      /6 of 8/,
      'sudo ethtool -L eth0 rx 1',
    ],
    ['many queues, one listened on', channels(8), {}, feed({ queues: [3] }), 'queues', 'ok', /3 of 8/, null],
    ['a queue too many', channels(2), {}, feed({ queues: [0, 2] }), 'queues', 'missing', /no queue 2/, null],
    [
      'jumbo frames',
      { mtuBytes: 9000 },
      {},
      {},
      'mtu',
      'improve',
      /9000 bytes, 1770 fit/,
      'sudo ip link set dev eth0 mtu 1500',
    ],
    [
      'interrupts at once',
      {},
      {},
      feed({ delivery: 'busyPoll' }),
      'busy-poll',
      'improve',
      /not deferred, although/,
      `echo 2 | sudo tee ${sysfs}/napi_defer_hard_irqs`,
    ],
    [
      'interrupts too late',
      {},
      { [`${sysfs}/napi_defer_hard_irqs`]: '2', [`${sysfs}/gro_flush_timeout`]: '200000' },
      {},
      'busy-poll',
      'improve',
      /after 2 empty polls, for 200 µs/,
      `echo 0 | sudo tee ${sysfs}/gro_flush_timeout`,
    ],
  ];

test.each(WRONG)('%s', (_, device, tree, given, check, verdict, found, command) => {
  const subject = subjectOf({ ...TUNED_SERVER, ...tree }, { ...given, cards: [card(device)] });
  const finding = examine(subject).find((each) => each.check === check) as DoctorFinding;
  expect({ verdict: finding.verdict, found: finding.found, of: finding.interface }).toEqual({
    verdict,
    found: expect.stringMatching(found),
    of: 'eth0',
  });
  const commands = (finding.mend?.commands ?? []).join('\n');
  if (command === null) expect(commands).toBe('');
  else expect(commands).toContain(command);
});

const cardChecks = (given: Partial<Subject>): string[] =>
  examine(subjectOf(TUNED_SERVER, given)).flatMap(({ check, interface: of }) => (of === null ? [] : [check]));

test('every check of an interface can be shown wrong', () => {
  const shown = new Set(WRONG.filter((row) => row[5] !== 'ok').map((row) => row[4]));
  expect(cardChecks({}).filter((check) => !shown.has(check))).toEqual([]);
});

test('who receives by the kernel is not asked about XDP', () => {
  const checks = cardChecks({ feed: { ...DEFAULT_FEED, rx: ['kernel'] } });
  expect(checks).not.toContain('xdp');
  expect(checks).toContain('rp-filter');
  expect(cardChecks(feed({}))).not.toContain('rp-filter');
});

test('a missing interface and one that cannot be asked', () => {
  const asked = (isAbsent: boolean, problem: string): DoctorFinding[] =>
    examine(subjectOf(TUNED_SERVER, { cards: [{ name: 'eth9', device: null, isAbsent, problem }] })).filter(
      (finding) => finding.interface === 'eth9',
    );
  expect(asked(true, 'no such interface')).toMatchObject([{ check: 'interface', verdict: 'missing' }]);
  expect(asked(false, 'the addon is missing')).toMatchObject([{ check: 'interface', verdict: 'unknown' }]);
});

test('the guide has a row for every check, and no other', () => {
  const guide = readFileSync(join(packageRoot, 'docs', 'guides', 'tune-the-host.md'), 'utf8');
  const rows = [...guide.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1] as string);
  const checks = examine(subjectOf(TUNED_SERVER)).map(({ check }) => check);
  expect(rows.toSorted()).toEqual(checks.toSorted());
});
