import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { native, type Playback } from '../../../native/index.ts';
import { blocks, type MoldPacket, mold, pcap, playback, receivePackets, systemEvent } from '../../support/playback.ts';
import { until } from '../../support/tcp.ts';

const END_OF_SESSION = 0xffff;
const running: { stop(): void }[] = [];
const sockets: { close(): void }[] = [];
afterEach(() => {
  for (const one of running.splice(0)) one.stop();
  for (const socket of sockets.splice(0)) socket.close();
});

async function listen(bufferBytes?: number) {
  const receiver = await receivePackets(bufferBytes);
  sockets.push(receiver.socket);
  return receiver;
}

function started(one: Playback): Playback {
  running.push(one);
  one.start();
  return one;
}

const events = (count: number, stepNs: number): Buffer[] =>
  Array.from({ length: count }, (_, index) => systemEvent(34_200e9 + index * stepNs, index));

const data = (packets: MoldPacket[]): MoldPacket[] => packets.filter(({ messages }) => messages.length > 0);
const ends = (packets: MoldPacket[]): MoldPacket[] => packets.filter(({ count }) => count === END_OF_SESSION);
const allMessages = (packets: MoldPacket[]): Buffer => Buffer.concat(packets.flatMap(({ messages }) => messages));

describe('Playback onto UDP', () => {
  it('waits at the barrier with heartbeats, plays after go, and ends the session three times', async () => {
    const receiver = await listen();
    const messages = events(100, 1000);
    const one = started(playback(blocks(messages), { port: receiver.port }));
    await until(() => receiver.packets.length >= 2);
    expect(one.phase()).toBe(0);
    for (const { sequence, count } of receiver.packets) expect([sequence, count]).toEqual([1, 0]);
    one.go();
    await until(() => one.phase() === 2 && ends(receiver.packets).length >= 3);
    const packets = data(receiver.packets);
    expect(packets.map(({ sequence }) => sequence)).toEqual(messages.map((_, index) => index + 1));
    expect(allMessages(packets)).toEqual(Buffer.concat(messages));
    for (const { sequence } of ends(receiver.packets)) expect(sequence).toBe(101);
    expect(one.stats()).toMatchObject({ packets: 100, messages: 100, sendErrors: 0, malformed: 0 });
  });

  it('frames messages anew, as many to a packet as asked for, and fewer where an Ethernet frame ends', async () => {
    const receiver = await listen();
    const messages = events(1003, 1000);
    const one = started(playback(blocks(messages), { port: receiver.port, messagesPerPacket: 20 }));
    one.go();
    await until(() => one.phase() === 2 && ends(receiver.packets).length > 0);
    let packets = data(receiver.packets);
    expect(packets.map(({ count }) => count)).toEqual([...Array(50).fill(20), 3]);
    expect(packets.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 51 }, (_, index) => 1 + 20 * index));
    expect(allMessages(packets)).toEqual(Buffer.concat(messages));

    receiver.packets.length = 0;
    const two = started(playback(blocks(messages), { port: receiver.port, messagesPerPacket: 1000 }));
    two.go();
    await until(() => two.phase() === 2 && allMessages(data(receiver.packets)).length >= 12 * 1003);
    packets = data(receiver.packets);
    expect(packets[0].count).toBe(Math.floor((1472 - 20) / 14));
    expect(allMessages(packets)).toEqual(Buffer.concat(messages));
  });

  it('sends the packets of a pcap as they were recorded: session, gap, repetition and end', async () => {
    const receiver = await listen();
    const messages = events(10, 1000);
    const recorded = [
      mold('ABC', 5, messages.slice(0, 3)),
      mold('ABC', 8, [], 0),
      mold('ABC', 10, messages.slice(3, 4)),
      mold('ABC', 10, messages.slice(3, 4)),
      Buffer.from('no MoldUDP64 at all, and too long'),
      mold('ABC', 11, messages.slice(4)),
      mold('ABC', 17, [], END_OF_SESSION),
    ];
    const one = started(playback(pcap(recorded), { port: receiver.port, format: 'pcap' }));
    await until(() => receiver.packets.length > 0);
    expect(receiver.packets[0]).toMatchObject({ session: 'ABC       ', sequence: 5, count: 0 });
    one.go();
    await until(() => one.phase() === 2 && ends(receiver.packets).length > 0);
    expect(data(receiver.packets).map(({ sequence, count }) => [sequence, count])).toEqual([
      [5, 3],
      [10, 1],
      [10, 1],
      [11, 6],
    ]);
    expect(ends(receiver.packets).map(({ sequence }) => sequence)).toEqual([17]);
    expect(one.stats()).toMatchObject({ messages: 11, malformed: 1 });
    // Sequence numbers 8 and 9 were never sent.
    expect(one.intendedNs(7)).toBeGreaterThan(0);
    for (const unknown of [4, 8, 9, 17]) expect(one.intendedNs(unknown)).toBeNaN();
  });

  it('keeps a gap a gap when it frames anew', async () => {
    const receiver = await listen();
    const messages = events(10, 1000);
    const recorded = [mold('ABC', 1, messages.slice(0, 3)), mold('ABC', 6, messages.slice(3))];
    const one = started(playback(pcap(recorded), { port: receiver.port, format: 'pcap', messagesPerPacket: 5 }));
    one.go();
    await until(() => one.phase() === 2 && ends(receiver.packets).length > 0);
    expect(data(receiver.packets).map(({ sequence, count }) => [sequence, count])).toEqual([
      [1, 3],
      [6, 5],
      [11, 2],
    ]);
  });

  it('keeps the recorded times, divided by the factor, and knows when each message should have left', async () => {
    const receiver = await listen();
    // 50 messages, 20 ms apart, at a factor of 10: 2 ms apart.
    const one = started(
      playback(blocks(events(50, 20e6)), { port: receiver.port, pace: { mode: 'recorded', factor: 10 } }),
    );
    const before = native().host.monotonicNs();
    one.go();
    await until(() => one.phase() === 2);
    const { elapsedNs, latePackets, latenessMaxNs, packets } = one.stats();
    expect(packets).toBe(50);
    // Never early; how late is the machine's affair, and is counted.
    expect(elapsedNs).toBeGreaterThan(49 * 2e6 - latenessMaxNs - 1e6);
    expect(one.intendedNs(1)).toBeGreaterThanOrEqual(before + 1e6);
    for (const sequence of [2, 25, 50]) expect(one.intendedNs(sequence) - one.intendedNs(1)).toBe((sequence - 1) * 2e6);
    expect(latePackets > 0).toBe(latenessMaxNs > 20_000);
  });

  it('keeps a message rate', async () => {
    const receiver = await listen();
    const pace = { mode: 'rate', messagesPerSecond: 50_000 } as const;
    const one = started(playback(blocks(events(5000, 1)), { port: receiver.port, pace, messagesPerPacket: 10 }));
    one.go();
    await until(() => one.phase() === 2);
    expect(one.intendedNs(4991) - one.intendedNs(1)).toBe(4990 * 20_000);
    const { elapsedNs, latenessMaxNs } = one.stats();
    expect(elapsedNs).toBeGreaterThanOrEqual(4990 * 20_000 - latenessMaxNs);
  });

  it('stays at the barrier and stoppable without a receiver, under credit', async () => {
    const folder = mkdtempSync('/dev/shm/hotlap-test-');
    try {
      const creditFile = join(folder, 'credit');
      const receiver = await listen();
      const one = started(playback(blocks(events(1000, 1)), { port: receiver.port, creditFile }));
      one.go();
      await until(() => one.stats().creditWaits > 100);
      expect(one.phase()).toBe(1);
      expect(one.stats().packets).toBe(0);
      expect(statSync(creditFile).mode & 0o777).toBe(0o600);
      const before = performance.now();
      one.stop();
      one.stop();
      expect(performance.now() - before).toBeLessThan(1000);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('ends with its Worker', async () => {
    const receiver = await listen();
    const worker = new Worker(new URL('./playback-worker.ts', import.meta.url), {
      workerData: { port: receiver.port },
    });
    await new Promise((resolve) => worker.once('message', resolve));
    await until(() => receiver.packets.length > 0);
    await worker.terminate();
    const seen = receiver.packets.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(receiver.packets.length - seen).toBeLessThanOrEqual(1);
  });

  it('says what is wrong with its options', () => {
    const recording = blocks(events(1, 1));
    expect(() => playback(recording, { port: 0 })).toThrow(/`port`.*1 to 65535/);
    expect(() => playback(recording, { port: 1, pace: { mode: 'rate', messagesPerSecond: 0 } })).toThrow(/above 0/);
    expect(() => playback(recording, { port: 1, pace: { mode: 'fast' } as never })).toThrow(/recorded, rate or max/);
    expect(() => playback(recording, { port: 1, ring: new SharedArrayBuffer(64) })).toThrow(/ring/);
    expect(() => playback(recording, { port: 1, group: 'example' }).start()).toThrow(/no IPv4 address/);
    expect(() => playback(recording, { port: 1, group: '239.1.1.1', interface: '192.0.2.1' }).start()).toThrow(
      /No interface.*192\.0\.2\.1/,
    );
    expect(() => playback(recording, { port: 1, creditFile: '/dev/shm/none/such' }).start()).toThrow(/credit file/);
  });
});
