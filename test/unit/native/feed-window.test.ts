/** Part of a recording: what lies before builds the books and is not told, what lies behind is not touched. */
import { expect, test } from 'vitest';
import { CELL, EVENT, INTEREST, type RecordingSource, TICK } from '../../../native/index.ts';
import { openFeed, play, type TestFeed } from '../../support/feed.ts';
import * as itch from '../../support/itch-messages.ts';
import { binaryFile, frame, mold, pcap } from '../../support/mold-packets.ts';

/** Ten orders, one a microsecond, each a cent better than the one before. */
const messages = [
  itch.directory('TEST', { timeNs: 1_000 }),
  ...Array.from({ length: 10 }, (_, number) =>
    itch.add({
      reference: 1 + number,
      side: 'B',
      shares: 100,
      price: 10_000 + 100 * number,
      timeNs: 2_000 + 1_000 * number,
    }),
  ),
];

function played(source: Partial<RecordingSource>, bytes = binaryFile(messages)) {
  const feed: TestFeed = openFeed(source.format ?? 'binaryfile', { source });
  feed.receiver.subscribe('TEST', INTEREST.book);
  const events = play(feed, bytes);
  return { feed, events, times: events.map((event) => event[TICK.exchangeTimeNs]) };
}

test('told is what lies between, with both ends', () => {
  const { times, feed } = played({ fromNs: 4_000, toNs: 8_000 });
  expect(times).toEqual([4_000, 5_000, 6_000, 7_000, 8_000]);
  expect(feed.cells[CELL.messages]).toBe(8);
  expect([feed.cells[CELL.sourceEnded], feed.cells[CELL.liveOrders]]).toEqual([1, 7]);
});

test('the first event finds the book that the messages before it have made', () => {
  const whole = played({}).events.find((event) => event[TICK.exchangeTimeNs] === 6_000);
  const [first] = played({ fromNs: 5_500 }).events;
  expect(first).toEqual(whole);
});

test('one end alone, and a window without a message', () => {
  expect(played({ fromNs: 10_000 }).times).toEqual([10_000, 11_000]);
  expect(played({ toNs: 3_000 }).times).toEqual([2_000, 3_000]);
  expect(played({ fromNs: 5_100, toNs: 5_900 }).times).toEqual([]);
  expect(played({ toNs: 500 }).feed.cells[CELL.messages]).toBe(0);
});

test('what lies before waits for no clock', () => {
  // A nanosecond of recorded time would take a second.
  const { times } = played({ fromNs: 11_000, speed: 1e-9 });
  expect(times).toEqual([11_000]);
});

test('a gap before it is counted and makes the books stale, and is told to nobody', () => {
  const frames = [
    frame(mold({ sequence: 1 }, messages.slice(0, 3))),
    frame(mold({ sequence: 5 }, messages.slice(4, 6))),
    frame(mold({ sequence: 7 }, messages.slice(6))),
  ];
  const { events, feed } = played({ format: 'pcap', fromNs: 8_000 }, pcap(frames));
  expect(events.map((event) => event[TICK.kind])).toEqual([EVENT.add, EVENT.add, EVENT.add, EVENT.add]);
  expect([feed.cells[CELL.gaps], feed.cells[CELL.stale]]).toEqual([1, 1]);
});
