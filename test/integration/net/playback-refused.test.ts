/** A playback whose packets are refused for good: it ends as failed, and says what has left, no more. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { makeVethPair, type VethPair } from '../../../app/network/veth-pair.ts';
import type { FeedTransmit, Playback } from '../../../native/index.ts';
import { blocks, mold, pcap, playback, systemEvent } from '../../support/playback.ts';
import { until } from '../../support/tcp.ts';

const PORT = 46_990;
const GROUP = '239.255.77.9';
const FAILED = 3;
const ETHERNET_PAYLOAD = 1_472;

const events = (count: number): Buffer[] => Array.from({ length: count }, (_, index) => systemEvent(index, index));

let undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.reverse()) each();
  undo = [];
});

function started(one: Playback): Playback {
  undo.push(() => one.stop());
  one.start();
  one.go();
  return one;
}

test('a packet that the wire never takes is told at the first one', async () => {
  const folder = mkdtempSync('/dev/shm/hotlap-test-');
  undo.push(() => rmSync(folder, { recursive: true }));
  // 130 messages of 14 bytes behind a header of 20.
  const short = mold('ABC', 1, events(3));
  const long = mold('ABC', 4, events(130));
  const after = mold('ABC', 134, events(3));
  const transmit = { kind: 'shm', file: join(folder, 'wire'), ringFrames: 64 } as const;
  const one = started(
    playback(pcap([short, long, after]), { port: PORT, group: GROUP, format: 'pcap', transmit, creditPackets: 1 }),
  );
  await until(() => one.phase() === FAILED);
  const told = { tooLongBytes: 1_840, wireBytes: ETHERNET_PAYLOAD };
  expect(one.stats()).toMatchObject({ packets: 1, messages: 3, bytes: short.length, sendErrors: 1, ...told });
});

const reason = process.getuid?.() === 0 ? '' : ' (needs root: its network namespaces)';

const afXdpOn = (name: string): FeedTransmit => ({
  ...{ kind: 'af_xdp', interface: name, queues: 'all', mode: 'native', zeroCopy: 'prefer', delivery: 'softirq' },
  ...{ ringFrames: 1_024, frameBytes: 2_048 },
});

test.skipIf(reason !== '').each([
  ['the kernel', undefined],
  ['af_xdp', afXdpOn],
])(
  `an interface of %s that goes down ends it, and what did not leave does not count as sent${reason}`,
  async (_, by) => {
    const pair: VethPair = makeVethPair();
    undo.push(() => pair.close());
    const { namespace, interface: name, address } = pair.venue;
    const messages = 200_000;
    const one = namespace.inside(() =>
      started(
        playback(blocks(events(messages)), {
          ...{ port: PORT, group: GROUP, interface: name, tcpHost: address },
          ...(by && { transmit: by(name) }),
          pace: { mode: 'rate', messagesPerSecond: 20_000 },
        }),
      ),
    );
    await until(() => one.stats().packets > 1_000);
    namespace.inside(() => execFileSync('ip', ['link', 'set', 'dev', name, 'down']));
    await until(() => one.phase() === FAILED);
    const stats = one.stats();
    // A thousand in a row end it. While the interface goes down a send may still pass, and the row begins anew.
    expect(stats.sendErrors).toBeGreaterThanOrEqual(1_000);
    expect(stats.sendErrors).toBeLessThan(5_000);
    expect(stats.tooLongBytes).toBe(0);
    // Of it nothing left.
    expect(stats.packets).toBeLessThan(messages / 2);
    expect(one.intendedNs(stats.messages)).toBeGreaterThan(0);
    if (by === undefined) expect(one.intendedNs(stats.messages + 1)).toBeNaN();
  },
);
