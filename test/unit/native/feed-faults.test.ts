/** Faults put into a feed on purpose: what is counted, what the books make of it, what is refused. */
import { createSocket } from 'node:dgram';
import { afterEach, expect, test } from 'vitest';
import { CELL, type FaultOptions, INTEREST, native, type PacketReceiver, TICK } from '../../../native/index.ts';
import { openFeed, play, type TestFeed } from '../../support/feed.ts';
import { add } from '../../support/itch-messages.ts';
import { frame, mold, pcap } from '../../support/mold-packets.ts';

const NONE: FaultOptions = {
  ...{ seed: 7, loss: 0, duplicate: 0, reorder: 0, reorderWithin: 4, delay: 0, delayNs: 0, corrupt: 0 },
};
const PACKETS = 2_000;
const MESSAGE_EVERY_NS = 1_000;

/** One order a packet, 1 µs apart. */
const packet = (number: number): Buffer =>
  mold({ sequence: number }, [
    add({ reference: number, side: 'B', shares: 1, price: 10_000 + (number % 50), timeNs: number * MESSAGE_EVERY_NS }),
  ]);
const recording = pcap(Array.from({ length: PACKETS }, (_, n) => frame(packet(n + 1))));

function played(faults: Partial<FaultOptions>, bytes = recording): { feed: TestFeed; events: Float64Array[] } {
  const feed = openFeed('pcap', { source: { faults: { ...NONE, ...faults } } });
  feed.receiver.subscribe('TEST', INTEREST.book);
  return { feed, events: play(feed, bytes, 50_000) };
}

const numbers = (events: Float64Array[]) => events.map((event) => event[TICK.idLow]);

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

test('a feed without faults does not speak of any; one with shares of 0 is as one without', () => {
  const plain = openFeed('pcap');
  plain.receiver.subscribe('TEST', INTEREST.book);
  play(plain, recording);
  expect(plain.receiver.summary()).not.toHaveProperty('faults');
  const { feed } = played({});
  const { faults, ...summary } = feed.receiver.summary();
  expect(summary).toEqual(plain.receiver.summary());
  expect(feed.receiver.books(5)).toEqual(plain.receiver.books(5));
  expect(faults).toEqual({ lost: 0, duplicated: 0, reordered: 0, delayed: 0, corrupted: 0, held: 0 });
});

test('every lost packet is a gap, told once, and leaves the books stale', () => {
  const { feed } = played({ loss: 0.1 });
  const { packets, messages, lostMessages, gaps, faults } = feed.receiver.summary();
  expect(faults!.lost).toBeGreaterThan(PACKETS * 0.07);
  expect(faults!.lost).toBeLessThan(PACKETS * 0.13);
  expect(packets + faults!.lost).toBe(PACKETS);
  expect(messages).toBe(packets);
  // What is lost behind the last packet that came is not known yet.
  expect(lostMessages).toBe(feed.cells[CELL.sequence]! - messages);
  expect(gaps).toBeGreaterThan(0);
  expect(feed.cells[CELL.stale]).toBe(1);
});

test('second copies change nothing but their own count', () => {
  const { feed, events } = played({ duplicate: 0.5 });
  const { packets, duplicates, faults, liveOrders, gaps } = feed.receiver.summary();
  expect(faults!.duplicated).toBeGreaterThan(PACKETS * 0.4);
  expect([packets, duplicates, liveOrders, gaps]).toEqual([
    PACKETS + faults!.duplicated,
    faults!.duplicated,
    PACKETS,
    0,
  ]);
  expect(numbers(events)).toEqual(Array.from({ length: PACKETS }, (_, n) => n + 1));
});

test('a reordered packet is a gap, then a duplicate: nobody waits for it', () => {
  const { feed } = played({ reorder: 0.05 });
  const { packets, messages, duplicates, faults } = feed.receiver.summary();
  expect(faults!.reordered).toBeGreaterThan(PACKETS * 0.03);
  expect(faults!.held).toBe(0);
  expect([packets, messages + duplicates]).toEqual([PACKETS, PACKETS]);
  expect(duplicates).toBe(faults!.reordered);
});

test('heartbeats pass untouched, and change no fate', () => {
  const faults = { loss: 0.1, duplicate: 0.1, reorder: 0.1, corrupt: 0.05 };
  const plain = played(faults);
  const beat = (next: number) => frame(mold({ sequence: next, count: 0 }));
  const among = pcap(
    Array.from({ length: PACKETS }, (_, n) => [...Array(n % 7).fill(beat(n + 1)), frame(packet(n + 1))]).flat(),
  );
  const heard = played(faults, among);
  expect(heard.feed.receiver.summary().faults).toEqual(plain.feed.receiver.summary().faults);
  const beats = Array.from({ length: PACKETS }, (_, n) => n % 7).reduce((a, b) => a + b, 0);
  expect(heard.feed.receiver.summary().packets).toBe(plain.feed.receiver.summary().packets + beats);
});

test('a recorded packet is delayed by the time of the recording', () => {
  const { feed, events } = played({ delay: 0.02, delayNs: 10 * MESSAGE_EVERY_NS });
  const { faults, duplicates, packets } = feed.receiver.summary();
  expect(faults!.delayed).toBeGreaterThan(10);
  expect(packets).toBe(PACKETS);
  // Behind the first packet of its own time, so ten packets late: ten others have passed it.
  expect(duplicates).toBeGreaterThan(faults!.delayed * 0.9);
  expect(events.length).toBeGreaterThan(PACKETS * 0.9);
});

test('all of them at once add up, and come again from the same seed', () => {
  const all = { loss: 0.05, duplicate: 0.05, reorder: 0.05, delay: 0.05, delayNs: 5_000, corrupt: 0.05 };
  const first = played(all);
  const { packets, faults } = first.feed.receiver.summary();
  expect(packets + faults!.lost - faults!.duplicated + faults!.held).toBe(PACKETS);
  expect(Math.min(...Object.values({ ...faults!, held: 1 }))).toBeGreaterThan(0);
  const again = played(all);
  expect(again.events).toEqual(first.events);
  expect(again.feed.receiver.summary()).toEqual(first.feed.receiver.summary());
  expect(played({ ...all, seed: 8 }).events).not.toEqual(first.events);
});

test('datagrams of a kernel socket are lost, doubled and held back as counted', async () => {
  const packets = new Float64Array(3 * 64);
  const bytes = new Uint8Array(65_535);
  const faults = { ...NONE, loss: 0.2, duplicate: 0.2, delay: 0.2, delayNs: 20_000_000, reorder: 0.1 };
  const socket = createSocket('udp4');
  open.push(socket);
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const sender = createSocket('udp4');
  open.push(sender);
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  open.shift();
  const receiver: PacketReceiver = new (native().PacketReceiver)({
    source: { kind: 'kernel', group: '127.0.0.1', port, interface: '127.0.0.1', receiveBufferBytes: 1 << 20, faults },
    ...{ bytes, packets },
  });
  open.push(receiver);
  expect(receiver.transport().reason).toContain(
    'faults on purpose, seed 7: loss 20 %, duplicates 20 %, reordering 10 % within 4, delay 20 % by 20000000 ns',
  );
  const sent = 500;
  let received = 0;
  for (let n = 0; n < sent; n++) {
    await new Promise((resolve) => sender.send(packet(n + 1), port, '127.0.0.1', resolve));
    received += receiver.poll();
  }
  expect(receiver.counters().faults!.held).toBeGreaterThan(0);
  // What was reordered last waits 100 ms for packets that never come.
  const until = Date.now() + 60_000;
  while (receiver.counters().faults!.held > 0 && Date.now() < until) received += receiver.poll();
  received += receiver.poll();
  const counters = receiver.counters();
  expect(counters.faults).toMatchObject({ corrupted: 0, held: 0 });
  expect(counters.packets).toBe(received);
  expect(counters.packets + counters.faults!.lost - counters.faults!.duplicated).toBe(sent);
});

test.each([
  [{ loss: 1.5 }, 'The option `loss` must be a share from 0 to 1.'],
  [{ corrupt: -0.1 }, 'The option `corrupt` must be a share from 0 to 1.'],
  [{ duplicate: Number.NaN }, 'The option `duplicate` must be a share from 0 to 1.'],
  [{ reorderWithin: 65 }, 'The option `reorderWithin` must be a whole number from 1 to 64.'],
  [{ delayNs: 2e9 }, 'The option `delayNs` must be a whole number from 0 to 1000000000.'],
  [{ seed: -1 }, 'The option `seed` must be a whole number from 0 to 4294967295.'],
])('%j is refused', (faults, sentence) => {
  expect(() => played(faults)).toThrow(sentence);
});

test('a recording without packets has none to lose', () => {
  expect(() => openFeed('binaryfile', { source: { faults: NONE } })).toThrow(
    'The option `faults` needs packets: give a pcap or pcapng recording.',
  );
});
