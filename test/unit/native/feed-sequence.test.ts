/** MoldUDP64: what of a packet is new, what was lost, and what it means for the books. */
import { describe, expect, test } from 'vitest';
import { CELL, DEPTH, EVENT, FLAG, INTEREST, TICK } from '../../../native/index.ts';
import { drain, openFeed, play, type TestFeed } from '../../support/feed.ts';
import { add, directory } from '../../support/itch-messages.ts';
import { frame, mold, pcap } from '../../support/mold-packets.ts';

const order = (reference: number) => add({ reference, side: 'B', shares: 100, price: 1_000_000 + reference * 100 });

function feedOf(): TestFeed {
  const feed = openFeed('pcap');
  feed.receiver.subscribe('TEST', INTEREST.book);
  return feed;
}

const playPackets = (feed: TestFeed, packets: Buffer[]) => play(feed, pcap(packets.map((packet) => frame(packet))));
const kinds = (events: Float64Array[]) => events.map((event) => event[TICK.kind]);

test('messages of one packet are numbered from its sequence number', () => {
  const feed = feedOf();
  const events = playPackets(feed, [mold({ sequence: 1 }, [directory('TEST'), order(1), order(2)])]);
  expect(events.map((event) => event[TICK.sequence])).toEqual([2, 3]);
  expect(feed.cells[CELL.sequence]).toBe(3);
  expect(feed.cells[CELL.gaps]).toBe(0);
});

test('a duplicate packet is dropped, a partly new one is trimmed', () => {
  const feed = feedOf();
  const events = playPackets(feed, [
    mold({ sequence: 1 }, [order(1), order(2)]),
    mold({ sequence: 1 }, [order(1), order(2)]),
    mold({ sequence: 2 }, [order(2), order(3), order(4)]),
  ]);
  expect(events.map((event) => event[TICK.idLow])).toEqual([1, 2, 3, 4]);
  expect(feed.cells[CELL.duplicates]).toBe(3);
  expect(feed.receiver.summary()).toMatchObject({ messages: 4, gaps: 0, duplicateOrders: 0, packets: 3 });
});

test('a gap is told once, before the message behind it, and leaves every book stale to the end', () => {
  const feed = feedOf();
  const events = playPackets(feed, [
    mold({ sequence: 1 }, [order(1)]),
    mold({ sequence: 5 }, [order(5)]),
    mold({ sequence: 3 }, [order(3)]),
    mold({ sequence: 6 }, [order(6)]),
    mold({ sequence: 7, count: 0xffff }),
  ]);
  expect(kinds(events)).toEqual([EVENT.add, EVENT.gap, EVENT.add, EVENT.add]);
  expect(events[1]![TICK.size]).toBe(3);
  expect(events[1]![TICK.sequence]).toBe(5);
  expect(events[1]![TICK.flags]).toBe(FLAG.eventEnd | FLAG.gap | FLAG.stale);
  expect(events[0]![TICK.flags]).toBe(FLAG.eventEnd);
  expect(events[2]![TICK.flags]).toBe(FLAG.eventEnd | FLAG.stale);
  expect(feed.receiver.summary()).toMatchObject({ gaps: 1, lostMessages: 3, duplicates: 1 });
  expect(feed.cells[CELL.stale]).toBe(1);
  expect(feed.cells[CELL.sessionEnded]).toBe(1);
  expect(feed.depth[DEPTH.stale]).toBe(1);
});

test('a heartbeat ahead, and an end of session ahead, reveal a gap; one that is level says nothing', () => {
  const feed = feedOf();
  const events = playPackets(feed, [
    mold({ sequence: 1 }, [order(1)]),
    mold({ sequence: 2, count: 0 }),
    mold({ sequence: 4, count: 0 }),
    mold({ sequence: 4, count: 0 }),
    mold({ sequence: 4 }, [order(4)]),
    mold({ sequence: 6, count: 0xffff }),
    mold({ sequence: 6, count: 0xffff }),
  ]);
  expect(kinds(events)).toEqual([EVENT.add, EVENT.gap, EVENT.add, EVENT.gap]);
  expect(feed.receiver.summary()).toMatchObject({ gaps: 2, lostMessages: 3 });
  expect(feed.cells[CELL.sessionEnded]).toBe(1);
});

test('joining behind the first message is a gap', () => {
  const feed = feedOf();
  expect(kinds(playPackets(feed, [mold({ sequence: 10 }, [order(1)])]))).toEqual([EVENT.gap, EVENT.add]);
  expect(feed.cells[CELL.lostMessages]).toBe(9);
});

test('another session is refused and counted', () => {
  const feed = feedOf();
  const events = playPackets(feed, [
    mold({ session: 'FIRST', sequence: 1 }, [order(1)]),
    mold({ session: 'SECOND', sequence: 2 }, [order(2)]),
    mold({ session: 'FIRST', sequence: 2 }, [order(3)]),
  ]);
  expect(events.map((event) => event[TICK.idLow])).toEqual([1, 3]);
  expect(feed.receiver.summary()).toMatchObject({ malformed: 1, gaps: 0, session: 'FIRST     ' });
});

test('an empty message block takes a sequence number and is no error', () => {
  const feed = feedOf();
  const events = playPackets(feed, [mold({ sequence: 1 }, [order(1), Buffer.alloc(0), order(3)])]);
  expect(events.map((event) => event[TICK.sequence])).toEqual([1, 3]);
  expect(feed.cells[CELL.malformed]).toBe(0);
});

describe('packets that lie', () => {
  const whole = mold({ sequence: 1 }, [order(1)]);
  const damaged: [string, Buffer, object][] = [
    ['cut inside the header', Buffer.alloc(19), { malformed: 1, messages: 1 }],
    ['count beyond the blocks', mold({ sequence: 2, count: 3 }, [order(2)]), { malformed: 1, messages: 2 }],
    ['bytes behind the blocks', Buffer.concat([mold({ sequence: 2 }, [order(2)]), Buffer.alloc(4)]), { malformed: 1 }],
    ['a message of the wrong length', mold({ sequence: 2 }, [order(2).subarray(0, 30)]), { malformed: 1, messages: 2 }],
    ['a message of no known type', mold({ sequence: 2 }, [Buffer.from('Zxxxxxxxxxx')]), { malformed: 1, messages: 2 }],
    ['a sequence number no double holds', mold({ sequence: 2n ** 63n }, [order(2)]), { malformed: 1, gaps: 0 }],
    ['sequence number 0', mold({ sequence: 0 }, [order(2)]), { malformed: 1, gaps: 0, messages: 1 }],
  ];
  for (const [name, packet, expected] of damaged) {
    test(name, () => {
      const feed = feedOf();
      playPackets(feed, [whole, packet]);
      expect(feed.receiver.summary()).toMatchObject(expected);
    });
  }

  test('the messages that a cut packet did not bring are a gap at the next one', () => {
    const feed = feedOf();
    playPackets(feed, [whole, mold({ sequence: 2, count: 3 }, [order(2)]), mold({ sequence: 5 }, [order(5)])]);
    expect(feed.receiver.summary()).toMatchObject({ malformed: 1, gaps: 1, lostMessages: 2 });
  });
});

test('limitSequence stops before a message, inside a packet too', () => {
  const feed = feedOf();
  feed.cells[CELL.limitSequence] = 2;
  expect(playPackets(feed, [mold({ sequence: 1 }, [order(1), order(2), order(3)])])).toHaveLength(2);
  expect(feed.cells[CELL.sourceEnded]).toBe(0);
  feed.cells[CELL.limitSequence] = 3;
  expect(drain(feed)).toHaveLength(1);
  expect(feed.cells[CELL.sourceEnded]).toBe(1);
});
