/** Capture files beyond plain pcap: pcapng of any make, link types, and what a file tells of its frames. */
import { describe, expect, test } from 'vitest';
import type { FeedSummary, RecordingFormat } from '../../../native/index.ts';
import { openFeed, play } from '../../support/feed.ts';
import { add } from '../../support/itch-messages.ts';
import { frame, mold, pcap } from '../../support/mold-packets.ts';
import { Pcapng } from '../../support/pcapng.ts';

const packet = (sequence: number) =>
  frame(mold({ sequence }, [add({ reference: sequence, side: 'B', shares: 1, price: 100 })]));

function summaryOf(bytes: Buffer, format: RecordingFormat = 'pcapng', pieceBytes?: number): FeedSummary {
  const feed = openFeed(format);
  play(feed, bytes, pieceBytes);
  const summary = feed.receiver.summary();
  feed.receiver.close();
  return summary;
}

const NS = 1_479_000_000_123_456_789n;

describe('pcapng', () => {
  test.each([false, true])('every kind of packet block, big endian %s', (bigEndian) => {
    const file = new Pcapng(bigEndian).section().interface({ resolution: 9 });
    file
      .packet(packet(1), NS)
      .oldPacket(packet(2), NS + 1n)
      .simplePacket(packet(3));
    expect(summaryOf(file.bytes())).toMatchObject({
      messages: 3,
      malformed: 0,
      truncated: false,
      capture: { frames: 3, snapped: 0, firstNs: NS, lastNs: NS + 1n },
    });
  });

  const resolutions: [string, number | undefined, bigint, bigint][] = [
    ['µs unless said', undefined, NS / 1_000n, (NS / 1_000n) * 1_000n],
    ['ms', 3, NS / 1_000_000n, (NS / 1_000_000n) * 1_000_000n],
    ['s', 0, NS / 1_000_000_000n, (NS / 1_000_000_000n) * 1_000_000_000n],
    ['ps', 12, 1_234_567_890_123n, 1_234_567_890n],
    ['10^-127 s', 127, 2n ** 64n - 1n, 0n],
    ['2^-20 s', 0x80 | 20, 3n << 19n, 1_500_000_000n],
    ['2^-127 s', 0xff, 2n ** 64n - 1n, 0n],
  ];
  test.each(resolutions)('times in %s', (_, resolution, ticks, ns) => {
    const file = new Pcapng().section().interface({ ...(resolution !== undefined && { resolution }) });
    expect(summaryOf(file.packet(packet(1), ticks).bytes()).capture?.firstNs).toBe(ns);
  });

  test('an offset is added, and a time beyond 64 bits of ns is the last there is', () => {
    const offset = new Pcapng().section().interface({ resolution: 9, offset: -5n }).packet(packet(1), 1n);
    expect(summaryOf(offset.bytes()).capture?.firstNs).toBe(-4_999_999_999n);
    const late = new Pcapng()
      .section()
      .interface({ resolution: 0 })
      .packet(packet(1), 2n ** 62n);
    expect(summaryOf(late.bytes()).capture?.lastNs).toBe(2n ** 63n - 1n);
  });

  test('interfaces have link types and resolutions of their own; the earliest and latest of all count', () => {
    const file = new Pcapng().section().interface({ resolution: 9 }).interface({ linkType: 101, resolution: 6 });
    file.packet(packet(1), 5_000n).packet(packet(2).subarray(14), 3n, 1).packet(packet(3), 9_000n);
    expect(summaryOf(file.bytes())).toMatchObject({ messages: 3, capture: { firstNs: 3_000n, lastNs: 9_000n } });
  });

  test('a section begins anew: byte order, interfaces, numbers', () => {
    const first = new Pcapng().section().interface().interface().packet(packet(1), 0n, 1).bytes();
    const second = new Pcapng(true).section().interface({ linkType: 101 }).packet(packet(2).subarray(14)).bytes();
    expect(summaryOf(Buffer.concat([first, second]))).toMatchObject({ messages: 2, malformed: 0, truncated: false });
  });

  test('other blocks are passed over, whatever their length', () => {
    const file = new Pcapng().section().interface().packet(packet(1));
    file
      .block(4, [Buffer.alloc(40)])
      .block(0x0bad, [Buffer.alloc(3_000_000, 0xff)])
      .packet(packet(2));
    expect(summaryOf(file.bytes(), 'pcapng', 100_000)).toMatchObject({ messages: 2, malformed: 0, truncated: false });
  });

  test('a simple packet is as long as its interface captures', () => {
    const whole = packet(1);
    const file = new Pcapng().section().interface({ snapLength: whole.length });
    file.simplePacket(whole, 9_000);
    expect(summaryOf(file.bytes())).toMatchObject({
      messages: 1,
      capture: { snapped: 1, firstNs: null, lastNs: null },
    });
  });

  test('cut anywhere, it is used as far as its last whole block', () => {
    const head = new Pcapng().section().interface().packet(packet(1));
    const kept = head.bytes().length;
    const whole = head
      .packet(packet(2))
      .block(4, [Buffer.alloc(20)])
      .bytes();
    for (let length = 0; length <= whole.length; length++) {
      const { truncated, messages, malformed } = summaryOf(whole.subarray(0, length));
      const blocks = [0, 28, 28 + 32, kept, whole.length - 32, whole.length];
      expect({ length, truncated, malformed }).toEqual({ length, truncated: !blocks.includes(length), malformed: 0 });
      expect(messages).toBe(length < kept ? 0 : length < whole.length - 32 ? 1 : 2);
    }
  });

  const broken: [string, (file: Pcapng) => Pcapng][] = [
    ['a packet of an interface that is not there', (file) => file.packet(packet(2), 0n, 1)],
    ['an old packet of one', (file) => file.oldPacket(packet(2), 0n, 1)],
    [
      'more captured than the block holds',
      (file) => file.block(6, [Buffer.alloc(12), file.u32(100), file.u32(100), Buffer.alloc(96)]),
    ],
    ['a packet block without room for its own fields', (file) => file.block(6, [Buffer.alloc(8)])],
    ['an interface block without', (file) => file.block(1, [Buffer.alloc(4)])],
    ['a packet of more bytes than any capture has', (file) => file.block(6, [Buffer.alloc(262_144 + 64)])],
  ];
  test.each(broken)('%s ends it: what came before is used, and it is told', (_, spoil) => {
    const file = spoil(new Pcapng().section().interface().packet(packet(1)));
    expect(summaryOf(file.packet(packet(2)).bytes())).toMatchObject({ messages: 1, malformed: 1, truncated: true });
  });

  test('lengths that do not agree end it', () => {
    const good = new Pcapng().section().interface().packet(packet(1)).bytes();
    const odd = Buffer.from(good);
    odd.writeUInt32LE(odd.readUInt32LE(odd.length - 4) + 4, odd.length - 4);
    expect(summaryOf(odd)).toMatchObject({ messages: 0, malformed: 1, truncated: true });
    expect(summaryOf(Buffer.from('no section in front'))).toMatchObject({ malformed: 1, truncated: true });
  });
});

describe('link types', () => {
  const bare = packet(1).subarray(14);
  const cooked: [string, number, Buffer][] = [
    ['Linux cooked', 113, Buffer.concat([Buffer.alloc(14), Buffer.from([8, 0]), bare])],
    ['Linux cooked v2', 276, Buffer.concat([Buffer.from([8, 0]), Buffer.alloc(18), bare])],
    ['IPv4', 228, bare],
  ];
  test.each(cooked)('%s', (_, linkType, bytes) => {
    expect(summaryOf(pcap([bytes], { linkType }), 'pcap')).toMatchObject({ messages: 1, malformed: 0 });
    expect(summaryOf(pcap([bytes.subarray(0, 10)], { linkType }), 'pcap')).toMatchObject({ malformed: 1 });
  });

  test('frames of other kinds are counted, not guessed at', () => {
    const file = new Pcapng().section().interface({ linkType: 105 }).interface();
    file.packet(packet(1)).packet(packet(1), 0n, 1);
    expect(summaryOf(file.bytes())).toMatchObject({ messages: 1, filtered: 1, malformed: 0, capture: { frames: 2 } });
  });
});

test('a pcap file tells the times of its frames and which were cut short', () => {
  const file = pcap([packet(1), packet(2)], { nanoseconds: true });
  const second = 24 + 16 + packet(1).length;
  file.writeUInt32LE(7, 24);
  file.writeUInt32LE(5, 28);
  file.writeUInt32LE(6, second);
  file.writeUInt32LE(9_999, second + 12);
  expect(summaryOf(file, 'pcap').capture).toEqual({
    frames: 2,
    snapped: 1,
    firstNs: 6_000_000_000n,
    lastNs: 7_000_000_005n,
  });
});
