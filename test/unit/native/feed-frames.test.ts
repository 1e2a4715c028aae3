/** What lies around a packet: Ethernet, VLAN tags, IPv4, UDP, pcap; and which group is the feed. */
import { describe, expect, test } from 'vitest';
import { CELL, type FeedSummary } from '../../../native/index.ts';
import { openFeed, play } from '../../support/feed.ts';
import { add } from '../../support/itch-messages.ts';
import { binaryFile, type FrameFields, frame, mold, type PcapFields, pcap } from '../../support/mold-packets.ts';

const order = (reference: number) => add({ reference, side: 'B', shares: 1, price: 100 });
const packet = (sequence: number) => mold({ sequence }, [order(sequence)]);

function summaryOf(bytes: Buffer, pieceBytes?: number): FeedSummary {
  const feed = openFeed('pcap');
  play(feed, bytes, pieceBytes);
  const summary = feed.receiver.summary();
  feed.receiver.close();
  return summary;
}

describe('frames that carry the feed', () => {
  const layers: [string, FrameFields][] = [
    ['plain', {}],
    ['802.1Q', { vlans: [[0x8100, 141]] }],
    [
      'QinQ',
      {
        vlans: [
          [0x88a8, 10],
          [0x8100, 141],
        ],
      },
    ],
    ['IPv4 options', { ipOptions: new Uint8Array(8).fill(1) }],
    ["don't fragment", { fragment: 0x4000 }],
  ];
  for (const [name, fields] of layers) {
    test(name, () => {
      expect(summaryOf(pcap([frame(packet(1), fields)]))).toMatchObject({ messages: 1, malformed: 0, filtered: 0 });
    });
  }

  test('Ethernet padding behind the datagram is not part of it', () => {
    const padded = Buffer.concat([frame(mold({ sequence: 1, count: 0 })), Buffer.alloc(9)]);
    expect(summaryOf(pcap([padded]))).toMatchObject({ packets: 1, malformed: 0 });
  });

  test('raw IP captures have no Ethernet', () => {
    const raw = frame(packet(1)).subarray(14);
    expect(summaryOf(pcap([raw], { linkType: 101 }))).toMatchObject({ messages: 1 });
  });
});

test('checksums that nobody has filled in, as offload leaves them in a capture, are no fault of a recording', () => {
  const offloaded = frame(packet(1));
  offloaded.writeUInt16BE(0xdead, 24);
  offloaded.writeUInt16BE(0xbeef, 40);
  expect(summaryOf(pcap([offloaded]))).toMatchObject({ messages: 1, badChecksums: 0, malformed: 0 });
});

describe('frames that do not', () => {
  const refused: [string, Buffer, object][] = [
    ['first fragment', frame(packet(1), { fragment: 0x2000 }), { fragments: 1, malformed: 0 }],
    ['later fragment', frame(packet(1), { fragment: 0x00b9 }), { fragments: 1, malformed: 0 }],
    ['TCP', frame(packet(1), { protocol: 6 }), { filtered: 1 }],
    ['ARP', frame(packet(1), { etherType: 0x0806 }), { filtered: 1 }],
    ['three tags', frame(packet(1), { vlans: Array(3).fill([0x8100, 1]) }), { filtered: 1 }],
    ['cut frame', frame(packet(1)).subarray(0, 40), { malformed: 1 }],
    ['cut inside a tag', frame(packet(1), { vlans: [[0x8100, 1]] }).subarray(0, 15), { malformed: 1 }],
    ['no bytes', Buffer.alloc(0), { malformed: 1 }],
    ['not MoldUDP64', frame(Buffer.from('hello')), { filtered: 1 }],
  ];
  for (const [name, bytes, expected] of refused) {
    test(name, () => expect(summaryOf(pcap([bytes]))).toMatchObject({ messages: 0, ...expected }));
  }
});

test('a part of somebody else’s datagram is filtered, as it is from a live frame', () => {
  const parts = [0x2000, 0x00b9].map((fragment) => frame(packet(2), { group: '239.9.9.9', fragment }));
  expect(summaryOf(pcap([frame(packet(1)), ...parts]))).toMatchObject({ messages: 1, fragments: 0, filtered: 2 });
});

test('the first group that frames as MoldUDP64 is the feed; the others are counted by name', () => {
  const other = frame(Buffer.from('quote'), { group: '239.9.9.9', port: 1000 });
  const summary = summaryOf(
    pcap([other, frame(packet(1)), frame(packet(2), { group: '239.1.1.2' }), other, frame(packet(2))]),
  );
  expect(summary).toMatchObject({ messages: 2, filtered: 3, group: '239.1.1.1:26477' });
  expect(summary.groups).toEqual([
    { group: '239.9.9.9:1000', packets: 2 },
    { group: '239.1.1.1:26477', packets: 2 },
    { group: '239.1.1.2:26477', packets: 1 },
  ]);
});

test('a group and port that were asked for are the feed, whatever comes first', () => {
  const feed = openFeed('pcap', { source: { group: '239.1.1.2', port: 5000 } });
  const wanted = frame(packet(1), { group: '239.1.1.2', port: 5000 });
  play(feed, pcap([frame(packet(1)), frame(packet(1), { group: '239.1.1.2' }), wanted]));
  expect(feed.receiver.summary()).toMatchObject({ messages: 1, filtered: 2, group: '239.1.1.2:5000' });
});

describe('pcap', () => {
  const variants: PcapFields[] = [false, true].flatMap((bigEndian) =>
    [false, true].map((nanoseconds) => ({ bigEndian, nanoseconds })),
  );
  for (const fields of variants) {
    test(`${fields.bigEndian ? 'big' : 'little'} endian, ${fields.nanoseconds ? 'ns' : 'µs'}`, () => {
      const bytes = pcap([frame(packet(1)), frame(packet(2))], fields);
      expect(summaryOf(bytes)).toMatchObject({ messages: 2, truncated: false });
    });
  }

  test('cut anywhere: everything before the cut is used, and the cut is told', () => {
    const bytes = pcap([frame(packet(1)), frame(packet(2))]);
    const second = 24 + 16 + frame(packet(1)).length;
    for (let length = 25; length < bytes.length; length++) {
      const { messages, truncated } = summaryOf(bytes.subarray(0, length));
      expect({ length, messages, truncated }).toEqual({
        length,
        messages: length < second ? 0 : 1,
        truncated: length !== second,
      });
    }
  });

  test('a record longer than any capture ends the file', () => {
    const bytes = pcap([frame(packet(1)), frame(packet(2))]);
    bytes.writeUInt32LE(0x7fffffff, 24 + 16 + frame(packet(1)).length + 8);
    expect(summaryOf(bytes)).toMatchObject({ messages: 1, truncated: true, malformed: 1 });
  });

  test('bytes that trickle in, one at a time, read the same', () => {
    const bytes = pcap([frame(packet(1)), frame(packet(2))]);
    expect(summaryOf(bytes, 1)).toEqual(summaryOf(bytes));
  });

  test('records that cross the end of the ring read the same', () => {
    const frames = Array.from({ length: 20_000 }, (_, n) => frame(packet(n + 1)));
    expect(summaryOf(pcap(frames), 300_001)).toMatchObject({
      messages: 20_000,
      gaps: 0,
      malformed: 0,
      packets: 20_000,
    });
  });
});

describe('BinaryFILE', () => {
  const play2 = (bytes: Buffer, pieceBytes?: number) => {
    const feed = openFeed('binaryfile');
    play(feed, bytes, pieceBytes);
    return { ...feed.receiver.summary(), ended: feed.cells[CELL.sessionEnded], source: feed.cells[CELL.sourceEnded] };
  };
  const two = binaryFile([order(1), order(2)]);
  const zero = Buffer.alloc(2);

  test('ends at a record, with or without the zero record', () => {
    expect(play2(two)).toMatchObject({ messages: 2, truncated: false, ended: 0, source: 1 });
    expect(play2(Buffer.concat([two, zero]))).toMatchObject({ messages: 2, truncated: false, ended: 1, source: 1 });
  });

  test('what follows the zero record is not read', () => {
    expect(play2(Buffer.concat([two, zero, two]))).toMatchObject({ messages: 2, ended: 1, source: 1 });
  });

  test('a partial record at the end is a truncation', () => {
    for (const cut of [1, 2, 20]) {
      expect(play2(Buffer.concat([two, binaryFile([order(3)]).subarray(0, cut)]))).toMatchObject({
        messages: 2,
        truncated: true,
      });
    }
  });

  test('records that trickle in or cross the end of the ring read the same', () => {
    expect(play2(two, 1)).toMatchObject({ messages: 2, malformed: 0 });
    const many = binaryFile(Array.from({ length: 40_000 }, (_, n) => order(n + 1)));
    expect(play2(many, 300_001)).toMatchObject({ messages: 40_000, malformed: 0, liveOrders: 40_000 });
  });
});
