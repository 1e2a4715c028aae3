/** A receiver over real sockets, and over what a playback of this process has sent. */
import { createSocket } from 'node:dgram';
import { afterEach, expect, test } from 'vitest';
import {
  CELL,
  EVENT,
  type FeedReceiver,
  type FeedReceiverOptions,
  HISTOGRAM,
  INTEREST,
  native,
  POLL,
  TICK,
} from '../../../native/index.ts';
import { feedMemory } from '../../support/feed.ts';
import { add, directory, execute } from '../../support/itch-messages.ts';
import { binaryFile, mold } from '../../support/mold-packets.ts';
import { playback } from '../../support/playback.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

function receive(source: FeedReceiverOptions['source'], options: Partial<FeedReceiverOptions> = {}) {
  const memory = feedMemory(5, 2);
  const receiver: FeedReceiver = new (native().FeedReceiver)({ source, ...memory, ...options });
  open.push(receiver);
  receiver.subscribe('TEST', INTEREST.book);
  return { receiver, cells: memory.cells, record: memory.record };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createSocket('udp4').bind(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

const orders = [1, 2, 3].map((reference) => add({ reference, side: 'B', shares: 100, price: 10_000 + reference }));

for (const group of ['127.0.0.1', '239.77.77.77']) {
  test(`datagrams to ${group} become events on the engine's clock`, async () => {
    const port = await freePort();
    const latency = new (native().LatencyRecorder)();
    const monotonicOffsetNs = 1e15;
    const { receiver, cells, record } = receive(
      { kind: 'kernel', group, port, interface: '127.0.0.1', receiveBufferBytes: 1 << 20 },
      { latency, sampleEvery: 1, monotonicOffsetNs },
    );
    const socket = createSocket('udp4');
    open.push(socket);
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    socket.setMulticastInterface('127.0.0.1');
    const send = (bytes: Buffer) =>
      new Promise<void>((resolve, reject) =>
        socket.send(bytes, port, group, (error) => (error ? reject(error) : resolve())),
      );

    await send(mold({ sequence: 1 }, [directory('TEST'), orders[0]!]));
    await send(mold({ sequence: 3 }, [orders[1]!]));
    await send(mold({ sequence: 7 }, [orders[2]!]));
    await send(mold({ sequence: 8, count: 0xffff }));
    const seen: number[] = [];
    let before = 0;
    const until = Date.now() + 60_000;
    while (cells[CELL.sessionEnded] === 0 && Date.now() < until) {
      const result = receiver.poll();
      expect(cells[CELL.nowNs]).toBeGreaterThanOrEqual(before);
      before = cells[CELL.nowNs]!;
      if (result === POLL.idle) {
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      if (result !== POLL.event && result !== POLL.gap) continue;
      seen.push(record[TICK.kind]!);
      expect(cells[CELL.sampled]).toBe(result === POLL.event ? 1 : 0);
      if (result !== POLL.event) continue;
      expect(record[TICK.receiveTimeNs]).toBeLessThanOrEqual(native().host.monotonicNs() + monotonicOffsetNs);
      expect(record[TICK.receiveTimeNs]).toBeGreaterThan(monotonicOffsetNs);
    }
    expect(seen).toEqual([EVENT.add, EVENT.add, EVENT.gap, EVENT.add]);
    expect(receiver.summary()).toMatchObject({
      packets: 4,
      messages: 4,
      gaps: 1,
      lostMessages: 3,
      group: `${group}:${port}`,
    });
    expect(cells[CELL.drops]).toBe(0);
    expect(cells[CELL.receiveCalls]).toBeGreaterThan(0);
    expect(latency.count(HISTOGRAM.decode)).toBe(3);
    expect(latency.count(HISTOGRAM.book)).toBe(3);
    expect(receiver.transport()).toMatchObject({
      backend: 'kernel',
      accelerated: false,
      timestampSource: 'application',
    });
    expect(receiver.transport().receiveBufferBytes).toBeGreaterThan(0);
  });
}

test('a port that is taken is an error that says so', async () => {
  const port = await freePort();
  const source = { kind: 'kernel', group: '127.0.0.1', port, interface: '127.0.0.1', receiveBufferBytes: 0 } as const;
  receive(source);
  expect(() => receive(source)).toThrow(expect.objectContaining({ code: 'EADDRINUSE' }));
});

test('a playback is followed up to the message that was asked for', async () => {
  const messages = [directory('TEST'), ...orders, execute(1, 100)];
  const port = await freePort();
  const one = playback(binaryFile(messages), { port });
  open.push(one);
  one.start();
  const { receiver, cells, record } = receive({ kind: 'playback', playback: one });
  cells[CELL.limitSequence] = 3;
  one.go();
  const until = Date.now() + 60_000;
  const seen: number[] = [];
  while (cells[CELL.sessionEnded] === 0 && Date.now() < until) {
    const result = receiver.poll();
    if (result === POLL.event) seen.push(record[TICK.sequence]!);
    if (result !== POLL.idle) continue;
    if (cells[CELL.sequence] === 3 && one.phase() === 2) {
      expect(seen).toEqual([2, 3]);
      cells[CELL.limitSequence] = Number.POSITIVE_INFINITY;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(seen).toEqual([2, 3, 4, 5]);
  expect(receiver.summary()).toMatchObject({ messages: 5, gaps: 0, malformed: 0, liveOrders: 2 });
  expect(receiver.transport().backend).toBe('playback');
});
