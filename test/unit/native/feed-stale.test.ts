/** What tells that a book is no longer the exchange's, and what does not. */
import { describe, expect, test } from 'vitest';
import { CELL, DEPTH, EVENT, FLAG, INTEREST, TICK } from '../../../native/index.ts';
import { openFeed, play, type TestFeed } from '../../support/feed.ts';
import * as itch from '../../support/itch-messages.ts';
import { frame, mold, pcap } from '../../support/mold-packets.ts';

const order = (reference: number) => itch.add({ reference, side: 'B', shares: 100, price: 10_000 + reference });
const first = mold({ sequence: 1 }, [itch.directory('TEST'), order(1), order(2)]);

function fed(packets: readonly Buffer[]): { feed: TestFeed; events: Float64Array[] } {
  const feed = openFeed('pcap');
  feed.receiver.subscribe('TEST', INTEREST.book);
  return { feed, events: play(feed, pcap(packets.map((packet) => frame(packet)))) };
}

function expectStale(feed: TestFeed, isStale: boolean): void {
  expect([feed.cells[CELL.stale], feed.depth[DEPTH.stale]]).toEqual(isStale ? [1, 1] : [0, 0]);
  expect(feed.receiver.summary().stale).toBe(isStale);
}

const message = (...messages: Buffer[]) => mold({ sequence: 4 }, messages);

describe('makes every book stale, and the next event says so', () => {
  const cases: [string, Buffer][] = [
    ['an add of the wrong length', message(order(3).subarray(0, 35))],
    ['an add with a byte too many', message(Buffer.concat([order(3), Buffer.alloc(1)]))],
    ['a trading action of the wrong length', message(itch.itch('H').subarray(0, 24))],
    ['an execution of an unknown order', message(itch.execute(99, 1))],
    ['a cancel of an unknown order', message(itch.cancel(99, 1))],
    ['a delete of an unknown order', message(itch.remove(99))],
    ['a replace of an unknown order', message(itch.replace(99, 100, 1, 1))],
    ['an add of a reference that lives', message(order(1))],
    ['a replace by a reference that lives', message(itch.replace(1, 2, 10, 9_000))],
    ['an execution of more than the order had', message(itch.execute(1, 101))],
    ['a cancel of more than the order had', message(itch.cancel(1, 101))],
    ['an order of no shares', message(itch.add({ reference: 9, side: 'B', shares: 0, price: 1 }))],
    ['an order of no side', message(itch.add({ reference: 9, side: 'X' as 'B', shares: 1, price: 1 }))],
    ["another stock's locate", message(itch.remove(1, { locate: 2 }))],
    ['a packet that breaks off behind what was seen', mold({ sequence: 3, count: 2 }, [order(2)])],
    ['a packet that breaks off', mold({ sequence: 4, count: 3 }, [itch.itch('Y'), itch.itch('Y')])],
    ['a packet with more than it says', Buffer.concat([message(itch.itch('Y')), Buffer.alloc(3)])],
    ['messages of no number', mold({ sequence: 0 }, [itch.itch('Y')])],
    ['a number that no double holds', mold({ sequence: 2n ** 63n }, [itch.itch('Y')])],
    ['a packet far ahead', mold({ sequence: 4 + 10_001 }, [itch.itch('Y')])],
  ];
  for (const [name, packet] of cases) {
    test(name, () => {
      const { feed } = fed([first, packet]);
      expectStale(feed, true);
      const sequence = feed.cells[CELL.sequence]! + 1;
      const { events } = fed([first, packet, mold({ sequence }, [order(50)])]);
      const last = events.at(-1)!;
      expect(last[TICK.idLow]).toBe(50);
      expect(last[TICK.flags]! & FLAG.stale).toBe(FLAG.stale);
    });
  }
});

describe('leaves the books as they are', () => {
  const cases: [string, Buffer][] = [
    ['a message of a type that is not known yet', message(Buffer.from('Zxxxxxxxxxxx'))],
    ['an empty message block', message(Buffer.alloc(0))],
    ['an execution to the last share', message(itch.execute(1, 100))],
    ['a heartbeat', mold({ sequence: 4, count: 0 })],
    ['a packet that was seen before', first],
    ['its copy, cut', first.subarray(0, -3)],
    ['its copy with a byte too many', Buffer.concat([first, Buffer.alloc(1)])],
    ['a heartbeat with a byte too many', Buffer.concat([mold({ sequence: 4, count: 0 }), Buffer.alloc(1)])],
    ['a datagram too short for a header', Buffer.alloc(19)],
    ['an empty datagram', Buffer.alloc(0)],
    ['a number that no double holds, of another session', mold({ session: 'OTHER', sequence: 2n ** 63n })],
    ['another session', mold({ session: 'OTHER', sequence: 4 }, [order(1)])],
    ['a sender that has nothing yet', mold({ sequence: 0, count: 0 })],
    ['the end of the session', mold({ sequence: 4, count: 0xffff })],
  ];
  for (const [name, packet] of cases) test(name, () => expectStale(fed([first, packet]).feed, false));

  test('damage in what was seen before is counted all the same, as is a stray datagram', () => {
    const { feed } = fed([first, first.subarray(0, -3), Buffer.alloc(19), message(order(3))]);
    expectStale(feed, false);
    expect(feed.receiver.summary()).toMatchObject({ messages: 4, malformed: 2, duplicates: 3, gaps: 0 });
  });

  test('a stray datagram before the feed has begun', () => {
    const { feed } = fed([Buffer.alloc(19), Buffer.concat([first, Buffer.alloc(1)]), first]);
    expectStale(feed, false);
    expect(feed.receiver.summary()).toMatchObject({ messages: 3, gaps: 0 });
  });
});

describe('a sequence number far away', () => {
  const FAR = 1_000_000_000;
  const at = (sequence: number) => mold({ sequence }, [order(sequence)]);

  test('is put aside, and what follows the others goes on', () => {
    const { feed, events } = fed([first, at(FAR), at(4), at(5)]);
    expect(events.map((event) => event[TICK.idLow])).toEqual([1, 2, 4, 5]);
    expect(feed.receiver.summary()).toMatchObject({ messages: 5, gaps: 0, duplicates: 0, malformed: 0, aside: 1 });
    expect(feed.cells[CELL.sequence]).toBe(5);
  });

  test('is believed where the next packet continues it: a gap, counted once', () => {
    const { feed, events } = fed([first, at(FAR), at(FAR + 1), at(FAR + 2)]);
    expect(events.map((event) => event[TICK.kind])).toEqual([EVENT.add, EVENT.add, EVENT.gap, EVENT.add, EVENT.add]);
    expect(feed.receiver.summary()).toMatchObject({
      messages: 5,
      gaps: 1,
      lostMessages: FAR + 1 - 4,
      malformed: 0,
      aside: 1,
    });
  });

  test('is not proved by its own copies', () => {
    const { feed } = fed([first, at(FAR), at(FAR), at(FAR), at(4)]);
    expect(feed.receiver.summary()).toMatchObject({ messages: 4, gaps: 0, malformed: 0, aside: 3 });
  });

  const beat = mold({ sequence: FAR, count: 0 });

  test('is believed where a second heartbeat says it again: a gap before a quiet market is told once', () => {
    const { feed, events } = fed([first, beat, beat, beat, beat, at(FAR)]);
    expect(events.map((event) => event[TICK.kind])).toEqual([EVENT.add, EVENT.add, EVENT.gap, EVENT.add]);
    expect(feed.receiver.summary()).toMatchObject({ gaps: 1, lostMessages: FAR - 4, malformed: 0, aside: 1 });
    expectStale(feed, true);
    const behind = fed([first, at(FAR - 1), beat, at(FAR)]).feed;
    expect(behind.receiver.summary()).toMatchObject({ messages: 4, gaps: 1, lostMessages: FAR - 4, aside: 1 });
  });

  test('is damage where one of the others comes between two heartbeats that say it', () => {
    const { feed } = fed([first, beat, at(4), beat, mold({ sequence: 5, count: 0 }), beat, at(5)]);
    expect(feed.receiver.summary()).toMatchObject({ messages: 5, gaps: 0, malformed: 0, aside: 3 });
  });

  test('is believed where the session ends there, said twice', () => {
    const end = mold({ sequence: FAR, count: 0xffff });
    const once = fed([first, end]).feed;
    expect([once.cells[CELL.sessionEnded], once.cells[CELL.gaps]]).toEqual([0, 0]);
    const twice = fed([first, end, end]).feed;
    expect([twice.cells[CELL.sessionEnded], twice.cells[CELL.gaps]]).toEqual([1, 1]);
  });

  test('may be where one joins; a stray packet before the feed is corrected by two that agree', () => {
    const joined = fed([at(FAR), at(FAR + 1)]).feed;
    expect(joined.receiver.summary()).toMatchObject({ messages: 2, gaps: 1, lostMessages: FAR - 1 });
    const { feed, events } = fed([at(FAR), at(500), at(501), at(502), at(503)]);
    expect(events.map((event) => event[TICK.idLow])).toEqual([0, FAR, 501, 502, 503]);
    expect(feed.receiver.summary()).toMatchObject({ gaps: 1, lostMessages: 499, duplicates: 0, aside: 1 });
    expect(feed.cells[CELL.sequence]).toBe(503);
  });

  test('of the first packet is borne out by no copy of it, nor by a packet from near it', () => {
    for (const stray of [[at(FAR)], [at(FAR - 5)], [at(FAR), at(FAR + 9)]]) {
      const { feed, events } = fed([at(FAR), ...stray, at(500), at(501), at(502)]);
      expect(events.slice(-2).map((event) => event[TICK.idLow])).toEqual([501, 502]);
      expect(feed.cells[CELL.sequence]).toBe(502);
    }
  });

  test('behind is a duplicate, however far, once the feed has settled', () => {
    const { feed } = fed([at(FAR), at(FAR + 1), at(10), at(11), at(12), at(FAR + 2)]);
    expect(feed.receiver.summary()).toMatchObject({ messages: 3, duplicates: 3, malformed: 0 });
  });

  test('within 10,000 is a gap at once', () => {
    const { feed } = fed([first, at(4 + 10_000)]);
    expect(feed.receiver.summary()).toMatchObject({ messages: 4, gaps: 1, lostMessages: 10_000, malformed: 0 });
  });
});
