/** What is not for the receiver, or not whole: never handed on, and counted where it is seen. */
import { afterEach, expect, test } from 'vitest';
import { readFrame, udpFrame } from '../../support/transport/frames.ts';
import { LAST, OPENING, payload } from '../../support/transport/payloads.ts';
import { lost } from '../../support/transport/receiving.ts';
import { overEach } from '../../support/transport/transports.ts';
import { GROUP, PORT, type Wire } from '../../support/transport/wire.ts';

const MUTATED = 4_000;
const SHORTEST_FRAME = 14;
/** Enough for all that a wire is given at once. */
const POLLS_A_PORTION = 64;

let wire: Wire | undefined;
afterEach(() => {
  wire?.close();
  wire = undefined;
});

const ours = { group: GROUP, port: PORT };
const frame = (bytes: Uint8Array): Buffer => udpFrame(bytes, ours);

overEach((transport) => {
  const counted = transport.foreignFrames === 'counted';

  /** Puts the frames between an opening and a last one. @returns the packets that came between these two, and the counters */
  function pass(frames: readonly Buffer[]) {
    wire = transport.make();
    const receiving = wire.receiver();
    const all = [frame(OPENING), ...frames, frame(LAST)];
    const seenOf = (left: number) => all.slice(0, left).filter((each) => transport.neverSeen?.(each) !== true).length;
    const drain = (left: number) => {
      // The kernel hands a veth's frames on when its softirq has its turn, which may be after the sender's end.
      if (counted) receiving.account(seenOf(left));
      else for (let polls = 0; polls < POLLS_A_PORTION; polls++) receiving.poll();
    };
    expect(wire.frames(all, drain)).toBe(all.length);
    const packets = receiving.upTo(LAST);
    expect([packets[0], packets.at(-1)]).toEqual([OPENING, LAST]);
    const counters = receiving.counters();
    if (counted) expect(counters.packets + lost(counters)).toBe(seenOf(all.length));
    receiving.close();
    return { packets: packets.slice(1, -1), counters };
  }

  test('other groups, other ports and other protocols pass by', () => {
    const { packets, counters } = pass([
      udpFrame(payload(1, 50), { group: '239.255.77.22', port: PORT }),
      udpFrame(payload(2, 50), { group: GROUP, port: PORT + 1 }),
      udpFrame(payload(3, 50), { group: GROUP, port: ((PORT & 0xff) << 8) | (PORT >> 8) }),
      Buffer.concat([frame(payload(4, 50)).subarray(0, 12), Buffer.from([0x08, 0x06]), Buffer.alloc(46)]),
    ]);
    expect(packets).toEqual([]);
    expect(counters.dropped).toBe(0);
    if (counted) expect(counters.filtered).toBe(4);
  });

  test('tags of VLANs are looked behind, one and two of them', () => {
    const tagged = [
      udpFrame(payload(1, 50), { ...ours, vlans: [[0x8100, 7]] }),
      udpFrame(payload(2, 50), {
        ...ours,
        vlans: [
          [0x88a8, 7],
          [0x8100, 8],
        ],
      }),
    ];
    const { packets } = pass(tagged);
    // The kernel hands them to the VLAN's own interface, which is not there.
    expect(packets).toEqual(transport.backend === 'kernel' ? [] : [payload(1, 50), payload(2, 50)]);
  });

  test('parts of a datagram are no packets', () => {
    const parts = [0x2000, 0x2001, 0x0001, 0x1fff].map((fragment) =>
      udpFrame(payload(fragment, 80), { ...ours, fragment }),
    );
    const { packets, counters } = pass(parts);
    expect(packets).toEqual([]);
    if (counted) expect(counters.fragments + counters.malformed).toBe(parts.length);
  });

  if (transport.checksums !== 'unchecked') {
    test('a datagram whose checksum is wrong is no packet, one without a checksum is one', () => {
      const without = payload(3, 50);
      const { packets, counters } = pass([
        udpFrame(payload(1, 50), { ...ours, udpChecksum: 0x1234 }),
        udpFrame(payload(2, 51), { ...ours, udpChecksum: 0x4321 }),
        udpFrame(without, { ...ours, udpChecksum: 0 }),
      ]);
      expect(packets).toEqual([without]);
      if (transport.checksums === 'receiver') expect(counters.badChecksums).toBe(2);
    });
  }

  test('of thousands of damaged frames exactly those that are whole come, unchanged and in order', () => {
    let state = 2_026;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % limit;
    };
    const damaged = Array.from({ length: MUTATED }, (_, number) => {
      const whole = udpFrame(payload(number, 4 + below(200)), {
        ...ours,
        ...(below(4) === 0 && { vlans: [[0x8100, 5]] }),
      });
      if (below(8) === 0) return whole;
      const bytes = below(4) === 0 ? whole.subarray(0, SHORTEST_FRAME + below(whole.length - SHORTEST_FRAME)) : whole;
      for (let bits = below(3); bits > 0; bits--) {
        // Headers more often than what they carry.
        const at = 6 + below(below(2) === 0 ? Math.min(44, bytes.length - 6) : bytes.length - 6);
        (bytes[at] as number) ^= 1 << below(8);
      }
      return bytes;
    });
    const { packets } = pass(damaged);
    const checked = transport.checksums !== 'unchecked';
    const verdicts = damaged.map((bytes) => readFrame(bytes, GROUP, PORT, { checksums: checked }));
    const whole = verdicts.flatMap((verdict) => (verdict.is === 'packet' ? [verdict.payload.toString('hex')] : []));
    const came = packets.map((packet) => packet.toString('hex'));
    if (transport.exact) expect(came).toEqual(whole);
    else expect(came.filter((packet) => !whole.includes(packet))).toEqual([]);
    expect(came.length).toBeGreaterThan(MUTATED / 10);
  });
});
