/** What a recovery must not bring back, nor leave out: each test is named after what once went wrong. */
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { RingStore, STORE } from '../../../gateway/index.ts';
import { JOURNAL, JOURNAL_FROM } from '../../../native/index.ts';
import {
  type BothSides,
  leftBy,
  newPlace,
  openBoth,
  removePlaces,
  type StorePlace,
} from '../../support/store/killed-store.ts';

afterAll(removePlaces);

/** In the ring's header, see ring_file.h. */
const NEXT_AT = 88;
const CREATED_AT = 96;
const FAILURE_AT = 136;
const BLOCK = 1_000;

const bytes = new Uint8Array(100).fill(0x41);
const keep = ({ store }: BothSides): number => store.keep(store.nextSenderMsgSeqNum(), bytes, 0, bytes.length);
const count = ({ store }: BothSides): void => store.setNextSender(store.nextSenderMsgSeqNum() + 1);
const send = (both: BothSides, messages: number): void => {
  for (let i = 0; i < messages; i++) {
    expect(keep(both)).toBe(STORE.ok);
    count(both);
  }
};
const readable = ({ store }: { store: RingStore }): number[] =>
  Array.from({ length: 30 }, (_, seq) => seq).filter((seq) => store.read(seq, new Uint8Array(200), 0) > 0);

/** Shared memory as another hand would write to it, or as it was in the middle of a call. */
function poke({ ringFile }: StorePlace, at: number, word: Buffer): void {
  const fd = openSync(ringFile, 'r+');
  writeSync(fd, word, 0, word.length, at);
  closeSync(fd);
}
const double = (value: number): Buffer => {
  const word = Buffer.alloc(8);
  word.writeDoubleLE(value);
  return word;
};
const uint = (value: number): Buffer => {
  const word = Buffer.alloc(8);
  word.writeUInt32LE(value);
  return word;
};

function killed(both: BothSides, powerLoss = false): BothSides {
  const place = leftBy(both.place, powerLoss);
  both.close();
  return openBoth(place);
}
function closed(both: BothSides): BothSides {
  both.close();
  return openBoth(both.place);
}

test('a message that was kept but never counted does not come back under a number that a Logon used', () => {
  const first = openBoth();
  send(first, 4);
  expect(keep(first)).toBe(STORE.ok);
  const second = killed(first);
  expect(second.store.nextSenderMsgSeqNum()).toBe(5);
  expect(readable(second)).toEqual([1, 2, 3, 4]);
  // A Logon, which is not kept, then an order.
  count(second);
  send(second, 1);
  const third = closed(second);
  expect(readable(third)).toEqual([1, 2, 3, 4, 6]);
  third.close();
});

test('nor does it for the thread that takes over, or for the process after that', () => {
  const first = openBoth();
  send(first, 4);
  expect(keep(first)).toBe(STORE.ok);
  const { drain, place } = first;
  const taken = new RingStore(drain);
  expect(readable({ store: taken })).toEqual([1, 2, 3, 4]);
  taken.setNextSender(6);
  expect(taken.keep(6, bytes, 0, bytes.length)).toBe(STORE.ok);
  taken.setNextSender(7);
  const left = leftBy(place);
  drain.poll();
  const drained = leftBy(place, true);
  taken.close();
  drain.close();
  for (const each of [left, drained, place]) {
    const both = openBoth(each);
    expect(readable(both)).toEqual([1, 2, 3, 4, 6]);
    both.close();
  }
});

test('messages of the old numbering do not come back when it was reset on a store that had failed', () => {
  const first = openBoth();
  send(first, 8);
  first.drain.poll();
  poke(first.place, FAILURE_AT, uint(28));
  expect(keep(first)).toBe(STORE.failed);
  first.store.reset(2e12);
  expect(readable(first)).toEqual([]);
  // Session messages and cancels go on leaving.
  for (let i = 0; i < 12; i++) count(first);
  const second = killed(first);
  expect(second.drain.recovery).toMatchObject({ from: JOURNAL_FROM.ring, nextOut: 13, createdMs: 2e12, records: 0 });
  expect(readable(second)).toEqual([]);
  send(second, 1);
  const third = closed(second);
  expect(readable(third)).toEqual([13]);
  third.close();
});

test('a message that was taken back on a store that had failed does not come back either', () => {
  const first = openBoth();
  send(first, 5);
  poke(first.place, FAILURE_AT, uint(28));
  first.store.setNextSender(5);
  count(first);
  count(first);
  const second = killed(first);
  expect(readable(second)).toEqual([1, 2, 3, 4]);
  second.close();
});

test('nor when the host went down after a mark that knew of the reset, and before its record', () => {
  const first = openBoth();
  first.store.reset(1e12);
  send(first, 8);
  first.drain.poll();
  poke(first.place, CREATED_AT, double(2e12));
  count(first);
  first.drain.poll();
  const second = killed(first, true);
  expect(second.drain.recovery).toMatchObject({ from: JOURNAL_FROM.reserved, createdMs: 2e12, records: 0 });
  const seq = second.store.nextSenderMsgSeqNum();
  expect(second.store.keep(seq, bytes, 0, bytes.length)).toBe(STORE.ok);
  count(second);
  // Its own messages stay from here on, however it ends.
  second.drain.poll();
  const third = killed(second, true);
  expect(third.store.oldestKept()).toBe(seq);
  third.close();
});

test('20 starts that end in order use up no numbers: a power failure leaves out one block', () => {
  let both = openBoth();
  for (let start = 0; start < 20; start++) {
    send(both, 1);
    both = start % 2 === 0 ? closed(both) : killed(both);
  }
  expect(both.drain.cells[JOURNAL.reserved]).toBe(20 + BLOCK);
  const after = killed(both, true);
  expect(after.store.nextSenderMsgSeqNum()).toBe(21 + BLOCK);
  after.close();
});

test('a reset begins the block anew, and the disk never has less than what may be used', () => {
  const both = openBoth();
  for (let seq = 1; seq <= 40; seq++) {
    both.store.setNextSender(seq * 100);
    both.drain.poll();
  }
  expect(both.drain.cells[JOURNAL.reserved]).toBeGreaterThan(4_000);
  both.store.reset(1e12);
  both.drain.poll();
  // The next power failure still finds the old block: the hot side may only now have heard of the new one.
  expect(both.drain.cells[JOURNAL.reserved]).toBe(1 + BLOCK);
  const early = openBoth(leftBy(both.place, true));
  expect(early.store.nextSenderMsgSeqNum()).toBeGreaterThan(4_000);
  early.close();
  both.drain.poll();
  const late = killed(both, true);
  expect(late.store.nextSenderMsgSeqNum()).toBe(2 + BLOCK);
  late.close();
});

test('after a sync that failed, another sync of the same file is no proof: the next start writes it anew', () => {
  const first = openBoth();
  send(first, 8);
  first.drain.poll();
  const segment = ({ folder }: StorePlace): string =>
    join(folder, readdirSync(folder).find((name) => name.startsWith('segment-')) as string);
  const { place } = first;
  poke(place, FAILURE_AT, uint(5));
  first.store.close();
  expect(first.drain.poll()).toBe(-1);
  const before = readFileSync(segment(place));
  const { ino } = statSync(segment(place));
  first.drain.close();
  const second = openBoth(place);
  expect(statSync(segment(place)).ino).not.toBe(ino);
  const used = before.findLastIndex((byte) => byte !== 0) + 1;
  const after = readFileSync(segment(place));
  expect(after.subarray(0, used)).toEqual(before.subarray(0, used));
  expect(after.length).toBe(before.length);
  expect(statSync(segment(place)).mode & 0o777).toBe(0o600);
  second.close();
  // Closed in order, it is taken as it is.
  const whole = statSync(segment(place)).ino;
  openBoth(place).close();
  expect(statSync(segment(place)).ino).toBe(whole);
});

test('a block that leaves no number to an order is refused', () => {
  for (const blockNumbers of [1, 2, 255])
    expect(() => openBoth(newPlace(), { ringBytes: 1 << 16, segmentBytes: 1 << 16, blockNumbers })).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_OPTIONS', message: expect.stringMatching(/give at least 256/) }),
    );
  openBoth(newPlace(), { ringBytes: 1 << 16, segmentBytes: 1 << 16, blockNumbers: 256 }).close();
});

test.each([0, 1, 4])("a ring's number %i that is older than its records is no number to go on with", (number) => {
  const first = openBoth();
  send(first, 8);
  const place = leftBy(first.place);
  first.close();
  const word = uint(number);
  word.writeUInt32LE(7, 4);
  poke(place, NEXT_AT, word);
  expect(() => openBoth(place)).toThrow(
    expect.objectContaining({
      code: 'ERR_STORE_DAMAGED',
      message: expect.stringMatching(/do not belong to its records/),
    }),
  );
});
