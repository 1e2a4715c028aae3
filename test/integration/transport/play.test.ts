/** `simulator --play` by frames of its own: two groups over a veth pair, told apart by the kernel at its other end. */
import { describe, expect, test } from 'vitest';
import { makeVethPair } from '../../../app/network/veth-pair.ts';
import { createByteRing, feedRecording } from '../../../app/recording/recording-feeder.ts';
import { native } from '../../../native/index.ts';
import { frame } from '../../support/mold-packets.ts';
import { openWorkshop } from '../../support/system/workshop.ts';
import { timedPcap } from '../../support/timed-pcap.ts';
import { Receiving } from '../../support/transport/receiving.ts';
import { AF_XDP_BOTH_WAYS } from '../../support/transport/veth-wire.ts';

const shop = openWorkshop();
const GROUPS = [
  { group: '239.255.80.1', port: 46_511 },
  { group: '239.255.80.2', port: 46_512 },
] as const;
const PACKETS = 200;
const payload = (n: number): Buffer => Buffer.from(`packet ${n}`);

const { unavailable } = AF_XDP_BOTH_WAYS;
describe.skipIf(unavailable !== undefined)(
  unavailable === undefined ? 'af_xdp' : `af_xdp (skipped: ${unavailable})`,
  () => {
    test('each group gets its packets, in order', async () => {
      const file = timedPcap(
        Array.from({ length: PACKETS }, (_, n) => ({
          bytes: frame(payload(n), GROUPS[n % 2]),
          timeNs: 1_000_000_000n + BigInt(n) * 100_000n,
        })),
      );
      const ring = createByteRing(0);
      const feed = await feedRecording(shop.write('two.pcap', file), ring);
      await feed.run();
      const { engine, venue, ...pair } = makeVethPair();
      const receivers = GROUPS.map((each) =>
        engine.namespace.inside(
          () => new Receiving({ kind: 'kernel', ...each, interface: engine.interface, receiveBufferBytes: 4 << 20 }),
        ),
      );
      const player = new (native().PacketPlayer)({
        ring,
        format: 'pcap',
        interface: venue.interface,
        transmit: {
          ...{ kind: 'af_xdp', interface: venue.interface, queues: 'all', mode: 'native', zeroCopy: 'prefer' },
          ...{ delivery: 'softirq', ringFrames: 256, frameBytes: 2048 },
        },
        pace: { mode: 'recorded', factor: 1 },
        groups: [],
      });
      try {
        venue.namespace.inside(() => player.start());
        receivers.forEach((receiver, which) => {
          const expected = Array.from({ length: PACKETS / 2 }, (_, n) => payload(2 * n + which));
          expect(receiver.upTo(expected.at(-1) as Buffer)).toEqual(expected);
        });
        player.stop();
        const stats = player.stats();
        expect(stats).toMatchObject({ packets: PACKETS, sendErrors: 0, sendDrops: 0, tooLong: 0 });
        expect(stats.errorCount).toBe(PACKETS);
        expect(stats.errorMinNs).toBeGreaterThanOrEqual(0);
      } finally {
        venue.namespace.inside(() => player.stop());
        for (const receiver of receivers) receiver.close();
        pair.close();
      }
    });
  },
);
