import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CAUSE, native, type Playback, STREAM, STREAM_RESULT, STREAM_STATE } from '../../../native/index.ts';
import { blocks, playback, receivePackets, systemEvent } from '../../support/playback.ts';
import { connect, nextResult, until } from '../../support/tcp.ts';

let one: Playback;
let feed: Awaited<ReturnType<typeof receivePackets>>;
const clients: net.Socket[] = [];

beforeEach(async () => {
  feed = await receivePackets();
  // A message every 10 ms for 5 s: the feed plays while orders arrive.
  const messages = Array.from({ length: 500 }, (_, index) => systemEvent(index * 10e6, index));
  one = playback(blocks(messages), { port: feed.port, pace: { mode: 'recorded', factor: 1 } });
  one.start();
});

afterEach(() => {
  one.stop();
  feed.socket.close();
  for (const client of clients.splice(0)) client.destroy();
});

async function client(): Promise<net.Socket & { received: Buffer[]; endings: string[] }> {
  const socket = Object.assign(net.connect({ port: one.tcpPort, host: '127.0.0.1', allowHalfOpen: true }), {
    received: [] as Buffer[],
    endings: [] as string[],
  });
  clients.push(socket);
  socket.on('data', (bytes) => socket.received.push(bytes));
  socket.on('end', () => socket.endings.push('end'));
  socket.on('error', (error: NodeJS.ErrnoException) => socket.endings.push(error.code ?? 'error'));
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return socket;
}

/** Takes what lies in rx. */
function take(): Buffer {
  const { rx, cells } = one;
  const bytes = Buffer.from(rx.subarray(cells[STREAM.rxStart], cells[STREAM.rxEnd]));
  cells[STREAM.rxStart] = cells[STREAM.rxEnd];
  return bytes;
}

const lengthOf = (buffers: Buffer[]): number => buffers.reduce((sum, { length }) => sum + length, 0);

describe('The FIX side of a playback', () => {
  it('takes a connection, hands bytes both ways and stamps their arrival', async () => {
    const socket = await client();
    expect(await nextResult(one)).toBe(STREAM_RESULT.opened);
    expect(one.cells[STREAM.state]).toBe(STREAM_STATE.open);
    one.go();
    await until(() => feed.packets.filter(({ count }) => count === 1).length >= 3);
    const before = native().host.monotonicNs();
    socket.write('first');
    expect(await nextResult(one)).toBe(5);
    const after = native().host.monotonicNs();
    expect(one.consumed()).toBe(0);
    expect(take().toString()).toBe('first');
    expect(one.consumed()).toBe(5);
    expect(one.arrivalSequence(5)).toBeGreaterThanOrEqual(3);
    expect(one.arrivalNs(5)).toBeGreaterThan(before);
    expect(one.arrivalNs(5)).toBeLessThan(after);
    expect(one.arrivalNs(6)).toBeNaN();
    const sequence = one.arrivalSequence(5);
    expect(one.intendedNs(sequence)).toBeLessThanOrEqual(one.arrivalNs(5));
    one.tx.set(Buffer.from('answer'), 10);
    expect(one.send(10, 6, CAUSE.none)).toBe(6);
    await until(() => lengthOf(socket.received) === 6);
    expect(Buffer.concat(socket.received).toString()).toBe('answer');
  });

  it('stamps each segment by itself, in order', async () => {
    const socket = await client();
    expect(await nextResult(one)).toBe(STREAM_RESULT.opened);
    socket.setNoDelay();
    const sentNs: number[] = [];
    for (let index = 0; index < 5; index++) {
      sentNs.push(native().host.monotonicNs());
      socket.write(Buffer.alloc(10, index));
      await until(() => {
        one.poll();
        return one.cells[STREAM.rxEnd] === 10 * (index + 1);
      });
    }
    sentNs.push(native().host.monotonicNs());
    for (let index = 0; index < 5; index++) {
      const arrivedNs = one.arrivalNs(10 * index + 1);
      expect(arrivedNs).toBeGreaterThan(sentNs[index]);
      expect(arrivedNs).toBeLessThan(sentNs[index + 1]);
      expect(one.arrivalNs(10 * index + 10)).toBe(arrivedNs);
    }
  });

  it('holds a peer back that sends more than is consumed, and loses nothing', async () => {
    const socket = await client();
    expect(await nextResult(one)).toBe(STREAM_RESULT.opened);
    const bytes = randomBytes(20 << 20);
    socket.end(bytes);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const taken: Buffer[] = [];
    let result = 0;
    await until(() => {
      if (result !== STREAM_RESULT.closed) result = one.poll();
      taken.push(take());
      return result === STREAM_RESULT.closed;
    }, 20_000);
    expect(Buffer.concat(taken).equals(bytes)).toBe(true);
    expect(one.consumed()).toBe(bytes.length);
    expect(one.poll()).toBe(0);
  });

  it('refuses what its bound does not take, and sends everything else', async () => {
    const socket = await client();
    expect(await nextResult(one)).toBe(STREAM_RESULT.opened);
    socket.pause();
    const sent: Buffer[] = [];
    for (;;) {
      const message = randomBytes(65_536);
      one.tx.set(message);
      const result = one.send(0, message.length, CAUSE.none);
      if (result === STREAM_RESULT.full) {
        if (one.cells[STREAM.txPending] > 3 << 20) break;
        await new Promise((resolve) => setTimeout(resolve, 1));
        one.poll();
        if (one.cells[STREAM.txPending] + message.length > 4 << 20) break;
      } else {
        expect(result).toBe(message.length);
        sent.push(message);
      }
    }
    one.close();
    socket.resume();
    await until(() => socket.endings.length > 0);
    expect(socket.endings).toEqual(['end']);
    expect(Buffer.concat(socket.received).equals(Buffer.concat(sent))).toBe(true);
  });

  it('takes one connection after the other, each from its own first byte', async () => {
    const first = await client();
    expect(await nextResult(one)).toBe(STREAM_RESULT.opened);
    first.write('left unread');
    expect(await nextResult(one)).toBe(11);
    // Reset with bytes unread on both sides.
    one.send(0, 1000, CAUSE.none);
    first.resetAndDestroy();
    expect(await nextResult(one)).toBe(STREAM_RESULT.failed);
    expect(one.cells[STREAM.errno]).toBe(104); // ECONNRESET
    expect(one.send(0, 10, CAUSE.none)).toBe(STREAM_RESULT.failed);
    const second = await client();
    second.write('second');
    expect(await nextResult(one)).toBe(STREAM_RESULT.opened);
    expect(await nextResult(one)).toBe(6);
    const start = one.consumed();
    expect(take().toString()).toBe('second');
    expect(one.arrivalNs(start + 6)).toBeGreaterThan(0);
    one.tx.set(Buffer.from('reply'));
    one.send(0, 5, CAUSE.none);
    await until(() => lengthOf(second.received) >= 5);
    expect(Buffer.concat(second.received).toString()).toBe('reply');
    one.close();
    one.close();
    await until(() => second.endings.length > 0);
    second.end();
    const third = await client();
    expect(await nextResult(one)).toBe(STREAM_RESULT.opened);
    third.end();
    expect(await nextResult(one)).toBe(STREAM_RESULT.closed);
  });

  it('speaks with the native TCP stream', async () => {
    const stream = connect(one.tcpPort);
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
    expect(await nextResult(one)).toBe(STREAM_RESULT.opened);
    for (let turn = 0; turn < 200; turn++) {
      stream.tx.set([turn & 0xff, turn >> 8]);
      expect(stream.send(0, 2, CAUSE.tick)).toBe(2);
      expect(await nextResult(one)).toBe(2);
      expect([...take()]).toEqual([turn & 0xff, turn >> 8]);
    }
    stream.close();
    expect(await nextResult(one)).toBe(STREAM_RESULT.closed);
    await until(() => {
      stream.poll();
      return true;
    });
  });

  it('wakes a waiting thread when something arrives, and only then', async () => {
    const before = performance.now();
    one.wait(50);
    expect(performance.now() - before).toBeGreaterThan(40);
    const socket = await client();
    expect(await nextResult(one)).toBe(STREAM_RESULT.opened);
    socket.write('x');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const arrived = performance.now();
    one.wait(5000);
    expect(performance.now() - arrived).toBeLessThan(1000);
    expect(one.poll()).toBe(1);
  });

  it('says so when the port is taken', () => {
    const other = playback(blocks([systemEvent(1, 1)]), { port: feed.port, tcpPort: one.tcpPort });
    let error: NodeJS.ErrnoException | undefined;
    try {
      other.start();
    } catch (caught) {
      error = caught as NodeJS.ErrnoException;
    }
    expect(error?.code).toBe('EADDRINUSE');
    expect(error?.message).toMatch(new RegExp(`127\\.0\\.0\\.1:${one.tcpPort}.*choose another port`));
  });

  it('ends the connection when it is stopped', async () => {
    const socket = await client();
    expect(await nextResult(one)).toBe(STREAM_RESULT.opened);
    one.stop();
    await until(() => socket.endings.length > 0);
    expect(socket.endings).toEqual(['end']);
    expect(await nextResult(one)).toBe(STREAM_RESULT.closed);
  });
});
