import { expect, it } from 'vitest';
import { type ByteStream, createMemoryPair } from '../../../gateway/index.ts';
import { CAUSE, STREAM, STREAM_RESULT } from '../../../native/layout.ts';

function opened(bytes = 64): { a: ByteStream; b: ByteStream } {
  const pair = createMemoryPair({ bytes });
  pair.a.open();
  expect(pair.a.poll()).toBe(0);
  pair.b.open();
  expect(pair.a.poll()).toBe(STREAM_RESULT.opened);
  expect(pair.b.poll()).toBe(STREAM_RESULT.opened);
  return pair;
}

function send(stream: ByteStream, bytes: number[]): number {
  stream.tx.set(bytes, 3);
  return stream.send(3, bytes.length, CAUSE.none);
}

function unread({ rx, cells }: ByteStream): number[] {
  return [...rx.subarray(cells[STREAM.rxStart], cells[STREAM.rxEnd])];
}

it('tells each end once that it is open', () => {
  const { a, b } = opened();
  expect([a.poll(), b.poll()]).toEqual([0, 0]);
});

it('keeps order and loses nothing, whatever the reader leaves', () => {
  const { a, b } = opened(16);
  let next = 0;
  let expected = 0;
  for (let round = 0; round < 500; round++) {
    const batch = Array.from({ length: 1 + (round % 7) }, () => next++ & 0xff);
    if (send(a, batch) < 0) next -= batch.length;
    b.poll();
    const have = unread(b);
    const take = round % 3 === 0 ? have.length : Math.floor(have.length / 2);
    for (let i = 0; i < take; i++) expect(have[i]).toBe(expected++ & 0xff);
    b.cells[STREAM.rxStart] += take;
  }
  expect(expected).toBeGreaterThan(1_000);
});

it('takes a message whole or not at all', () => {
  const { a, b } = opened(10);
  expect(send(a, [1, 2, 3, 4, 5, 6])).toBe(6);
  expect(send(a, [7, 8, 9, 10, 11])).toBe(STREAM_RESULT.full);
  expect(send(a, [7, 8, 9, 10])).toBe(4);
  expect(b.poll()).toBe(10);
  expect(unread(b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

it('delivers what was sent before the end, then tells it once', () => {
  const { a, b } = opened();
  send(a, [1, 2]);
  a.close();
  expect(send(b, [1])).toBe(STREAM_RESULT.failed);
  expect(b.poll()).toBe(2);
  expect(b.poll()).toBe(STREAM_RESULT.closed);
  expect(b.poll()).toBe(0);
});

it('begins anew with nothing left over', () => {
  const { a, b } = opened();
  send(b, [9]);
  send(a, [1, 2]);
  a.close();
  a.open();
  expect(a.poll()).toBe(0);
  b.poll();
  expect(b.poll()).toBe(STREAM_RESULT.closed);
  b.open();
  expect(b.poll()).toBe(STREAM_RESULT.opened);
  expect(a.poll()).toBe(STREAM_RESULT.opened);
  expect([a.poll(), b.poll()]).toEqual([0, 0]);
  send(a, [5]);
  expect(b.poll()).toBe(1);
  expect(unread(b)).toEqual([5]);
});
