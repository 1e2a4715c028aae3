/** `simulator --play`: what leaves is what was recorded, at no time before its own, and the rest is told. */
import { zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_FEED } from '../../../app/config/index.ts';
import type { PlayOptions } from '../../../app/options.ts';
import { play } from '../../../app/play.ts';
import { linkOf } from '../../../app/transport/link-of.ts';
import { frame, mold } from '../../support/mold-packets.ts';
import { Pcapng } from '../../support/pcapng.ts';
import { openWorkshop } from '../../support/system/workshop.ts';
import { type TimedFrame, timedPcap } from '../../support/timed-pcap.ts';
import { Receiving } from '../../support/transport/receiving.ts';

const shop = openWorkshop();
const LOOPBACK = '127.0.0.1';
const FIRST = { group: '239.255.78.11', port: 46_311 };
const SECOND = { group: '239.255.78.12', port: 46_312 };
const ELSEWHERE = { group: '239.255.78.13', port: 46_313 };
const START_NS = 1_556_712_345_123_456_789n;
const GAPS_NS = [0n, 5_000_000n, 0n, 1_234_567n, 20_000_000n, 999n, 7_000_001n];

const open: Receiving[] = [];
afterEach(() => {
  for (const receiver of open.splice(0)) receiver.close();
});
function listen({ group, port }: typeof FIRST): Receiving {
  const receiver = new Receiving({ kind: 'kernel', group, port, interface: LOOPBACK, receiveBufferBytes: 8 << 20 });
  open.push(receiver);
  return receiver;
}

const payload = (n: number): Buffer => Buffer.from(`no protocol that anybody knows, packet ${n}`);
const record = (n: number, timeNs: bigint, to = FIRST): TimedFrame => ({ bytes: frame(payload(n), to), timeNs });

/** @returns frames with GAPS_NS between them, and the sum before each */
function gapped(to = FIRST): { frames: TimedFrame[]; sums: number[] } {
  let sum = 0n;
  const sums: number[] = [];
  const frames = GAPS_NS.map((gap, n) => {
    sum += gap;
    sums.push(Number(sum));
    return record(n, START_NS + sum, to);
  });
  return { frames, sums };
}

const options = (recording: string, more: Partial<PlayOptions> = {}): PlayOptions => ({
  recording,
  pace: { mode: 'recorded', factor: 1 },
  interface: LOOPBACK,
  transmit: null,
  groups: [],
  seconds: null,
  ...more,
});

const even = (count: number, to = FIRST): Buffer =>
  timedPcap(Array.from({ length: count }, (_, n) => record(n, START_NS + BigInt(n) * 1_000_000n, to)));

describe('as recorded', () => {
  test('every byte, in order, none before its time, whatever the factor', async () => {
    const { frames, sums } = gapped();
    const file = shop.write('gaps.pcap', timedPcap(frames));
    for (const factor of [1, 4]) {
      const receiver = listen(FIRST);
      const before = process.hrtime.bigint();
      const playing = play(options(file, { pace: { mode: 'recorded', factor } }));
      const stampsNs: bigint[] = [];
      // Stamped by this thread after the packet had come: a packet that left early would show.
      while (stampsNs.length < frames.length && process.hrtime.bigint() - before < 5_000_000_000n) {
        for (let taken = receiver.poll(); taken > 0; taken--) stampsNs.push(process.hrtime.bigint());
        await new Promise(setImmediate);
      }
      const { result, failure } = await playing;
      expect(failure).toBeNull();
      expect(receiver.packets).toEqual(frames.map((_, n) => payload(n)));
      expect(result).toMatchObject({ frames: 7, sent: { packets: 7 }, truncated: false, stopped: false, reversed: 0 });
      expect(result.sent.intendedSeconds * 1e9).toBeCloseTo((sums.at(-1) as number) / factor, -1);
      expect(result.pacingError?.count).toBe(7);
      expect(result.pacingError?.min).toBeGreaterThanOrEqual(0);
      // The first packet may not come before `before`, and each later one not before its distance from that.
      stampsNs.forEach((stamp, n) => {
        expect(Number(stamp - before)).toBeGreaterThanOrEqual((sums[n] as number) / factor);
      });
      receiver.close();
      open.pop();
    }
  });

  test('several groups, from pcapng in zstd, with what is not played listed', async () => {
    const file = new Pcapng().section().interface({ resolution: 9 });
    const noise = frame(payload(9), { ...FIRST, protocol: 6 });
    file.packet(frame(payload(0), FIRST), START_NS).packet(noise, START_NS);
    file
      .packet(frame(payload(1), SECOND), START_NS + 1_000n)
      .packet(frame(payload(2), { group: '10.1.2.3', port: 53 }), START_NS);
    file.packet(frame(payload(3), { ...FIRST, fragment: 0x2000 }), START_NS).simplePacket(frame(payload(4), SECOND));
    file.packet(frame(payload(5), FIRST).subarray(0, 50), START_NS + 2_000n, 0, 90);
    const [first, second] = [listen(FIRST), listen(SECOND)];
    const { result, failure } = await play(options(shop.write('groups.pcapng.zst', zstdCompressSync(file.bytes()))));
    expect(failure).toBeNull();
    expect(first.upTo(payload(0))).toEqual([payload(0)]);
    expect(second.upTo(payload(4))).toEqual([payload(1), payload(4)]);
    expect(result).toMatchObject({
      frames: 7,
      sent: { packets: 3 },
      skipped: { notUdp: 1, notMulticast: 1, notChosen: 0, fragments: 1, snapped: 1, malformed: 0, beyondRoom: 0 },
      untimed: 1,
      groups: [
        { group: '239.255.78.11:46311', to: '239.255.78.11:46311', packets: 1, sent: 1 },
        { group: '239.255.78.12:46312', to: '239.255.78.12:46312', packets: 2, sent: 2 },
        { group: '10.1.2.3:53', to: null, packets: 1, sent: 0 },
      ],
    });
  });

  test('a packet with an earlier time than the one before leaves with it', async () => {
    const file = timedPcap([record(0, START_NS), record(1, START_NS + 9_000_000n), record(2, START_NS + 1_000n)]);
    const receiver = listen(FIRST);
    const { result } = await play(options(shop.write('back.pcap', file)));
    expect(receiver.upTo(payload(2))).toEqual([0, 1, 2].map(payload));
    expect(result).toMatchObject({ reversed: 1, sent: { packets: 3, intendedSeconds: 0.009 } });
  });

  test('a file that ends within a record: everything before it', async () => {
    const whole = even(5);
    const receiver = listen(FIRST);
    const { result, failure } = await play(options(shop.write('cut.pcap', whole.subarray(0, whole.length - 3))));
    expect(failure).toBeNull();
    expect(result).toMatchObject({ truncated: true, frames: 4, sent: { packets: 4 } });
    expect(receiver.upTo(payload(3))).toHaveLength(4);
  });

  test('a damaged compression: what was before it is played, and the damage is the error', async () => {
    let seed = 1;
    const noise = Array.from({ length: 600 }, () =>
      Buffer.from(Uint8Array.from({ length: 1_000 }, () => (seed = (seed * 48_271) % 2_147_483_647) & 0xff)),
    );
    const whole = timedPcap(noise.map((bytes) => ({ bytes: frame(bytes, FIRST), timeNs: START_NS })));
    const squeezed = zstdCompressSync(whole);
    const file = shop.write('cut.pcap.zst', squeezed.subarray(0, squeezed.length - 1_000));
    const { result, failure } = await play(options(file, { pace: { mode: 'max' } }));
    expect(result.sent.packets).toBeGreaterThan(100);
    expect(failure?.code).toBe('ERR_RECORDING_DAMAGED');
  });

  test('over a wire of shared memory, and what is larger than it takes is told and left out', async () => {
    const settings = { ...DEFAULT_FEED, shm: { file: shop.path('wire'), ringFrames: 256 } };
    const big = Buffer.alloc(3_000, 7);
    const file = timedPcap([
      record(0, START_NS),
      { bytes: frame(big, FIRST), timeNs: START_NS },
      record(2, START_NS, SECOND),
    ]);
    const [first, second] = [FIRST, SECOND];
    const receiver = new Receiving({ kind: 'shm', ...settings.shm, ...first });
    open.push(receiver);
    const { result } = await play(
      options(shop.write('big.pcap', file), {
        transmit: linkOf('shm', settings),
        groups: [{ ...first }, { ...second, toGroup: first.group, toPort: first.port }],
      }),
    );
    expect(result).toMatchObject({
      sent: { packets: 2 },
      failed: { tooLong: 1, longestBytes: 3_000, errors: 0 },
      drops: 0,
    });
    expect(receiver.upTo(payload(2))).toEqual([payload(0), payload(2)]);
  });
});

describe('another pace', () => {
  test('so many packets a second', async () => {
    const receiver = listen(FIRST);
    const { result } = await play(
      options(shop.write('even.pcap', even(41)), { pace: { mode: 'packetRate', packetsPerSecond: 400 } }),
    );
    expect(receiver.upTo(payload(40))).toHaveLength(41);
    expect(result.sent.intendedSeconds).toBeCloseTo(0.1, 6);
    expect(result.pacingError?.min).toBeGreaterThanOrEqual(0);
    expect(result.sent.elapsedSeconds).toBeGreaterThan(0);
  });

  test('so many messages a second, as MoldUDP64 counts them', async () => {
    const message = Buffer.from('a message');
    const packets = [3, 1, 4, 2].map((count, n) => mold({ sequence: n + 1 }, Array(count).fill(message)));
    const file = timedPcap(packets.map((bytes) => ({ bytes: frame(bytes, FIRST), timeNs: START_NS })));
    const { result } = await play(
      options(shop.write('mold.pcap', file), { pace: { mode: 'rate', messagesPerSecond: 1_000 } }),
    );
    // The last packet's own messages come behind it.
    expect(result.sent.intendedSeconds).toBeCloseTo(0.008, 6);
  });

  test('as fast as it goes has no error to tell', async () => {
    const receiver = listen(FIRST);
    const { result } = await play(options(shop.write('fast.pcap', even(500)), { pace: { mode: 'max' } }));
    expect(receiver.upTo(payload(499))).toEqual(Array.from({ length: 500 }, (_, n) => payload(n)));
    expect(result).toMatchObject({ pacingError: null, sent: { packets: 500 } });
  });
});

describe('groups', () => {
  const both = () => timedPcap([record(0, START_NS), record(1, START_NS, SECOND), record(2, START_NS)]);

  test('one of them, moved to another group', async () => {
    const moved = listen(ELSEWHERE);
    const file = shop.write('both.pcap', both());
    const groups = [{ group: FIRST.group, toGroup: ELSEWHERE.group, toPort: ELSEWHERE.port }];
    const { result } = await play(options(file, { groups }));
    expect(moved.upTo(payload(2))).toEqual([payload(0), payload(2)]);
    expect(result.skipped.notChosen).toBe(1);
    expect(result.groups.map(({ to }) => to)).toEqual(['239.255.78.13:46313', null]);
  });

  test('all of them to another group, each at its own port', async () => {
    const file = shop.write('all.pcap', both());
    const { result } = await play(options(file, { groups: [{ toGroup: ELSEWHERE.group }] }));
    expect(result.groups.map(({ to }) => to)).toEqual(['239.255.78.13:46311', '239.255.78.13:46312']);
  });

  test('none that is there, or nothing that went to a group', async () => {
    const file = shop.write('none.pcap', both());
    const chosen = await play(options(file, { groups: [{ group: '239.9.9.9' }] }));
    expect(chosen.failure).toMatchObject({ code: 'ERR_RECORDING_NO_FEED' });
    expect(chosen.failure?.message).toContain('239.255.78.11:46311 (2 packets)');
    const unicast = shop.write('unicast.pcap', timedPcap([record(0, START_NS, { group: '10.1.2.3', port: 53 })]));
    expect((await play(options(unicast))).failure).toMatchObject({ code: 'ERR_RECORDING_FOREIGN' });
  });
});

test('stopped before the end, it tells what it has sent', async () => {
  const file = shop.write('long.pcap', timedPcap([record(0, START_NS), record(1, START_NS + 3_600_000_000_000n)]));
  const { result, failure } = await play(options(file, { seconds: 0.05 }));
  expect(failure).toBeNull();
  expect(result).toMatchObject({ stopped: true, sent: { packets: 1 } });
});
