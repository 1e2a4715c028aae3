import { createHash, randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { CAUSE, HISTOGRAM, native, STREAM, STREAM_RESULT, STREAM_STATE } from '../../../native/index.ts';
import { connect, listen, nextResult, type Peer, until } from '../../support/tcp.ts';

let peer: Peer;
afterEach(async () => peer.close());

const sha256 = (...parts: Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

describe('TcpStream', () => {
  it('connects, tells so once, and echoes', async () => {
    peer = await listen((socket) => socket.pipe(socket));
    const stream = connect(peer.port);
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
    expect(stream.cells[STREAM.state]).toBe(STREAM_STATE.open);
    expect(stream.poll()).toBe(0);
    stream.tx.set(Buffer.from('8=FIX.4.4|'), 100);
    expect(stream.send(100, 10, CAUSE.none)).toBe(10);
    expect(await nextResult(stream)).toBe(10);
    const { rx, cells } = stream;
    expect(Buffer.from(rx.subarray(cells[STREAM.rxStart], cells[STREAM.rxEnd])).toString()).toBe('8=FIX.4.4|');
    expect(cells[STREAM.sendCalls]).toBe(1);
    stream.close();
    stream.close();
    expect(stream.poll()).toBe(0);
    expect(stream.send(0, 1, CAUSE.none)).toBe(STREAM_RESULT.failed);
    await until(() => peer.endings.includes('end'));
    expect(peer.endings).toEqual(['end']);
  });

  it('keeps what the peer does not take pending, in order, bounded, and loses nothing', async () => {
    peer = await listen((socket) => socket.pause());
    const latency = new (native().LatencyRecorder)();
    const stream = connect(peer.port, { tx: 20_000, pending: 40_000, latency });
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
    await until(() => peer.sockets.length === 1);
    const sent: Buffer[] = [];
    const offer = (): number => {
      const message = randomBytes(1 + Math.floor(Math.random() * 20_000));
      stream.tx.set(message);
      const result = stream.send(0, message.length, CAUSE.control);
      if (result > 0) sent.push(message);
      return result;
    };
    let result = 1;
    for (let round = 0; round < 5000 && result !== STREAM_RESULT.full; round++) {
      result = offer();
      expect([sent.at(-1)?.length, STREAM_RESULT.full]).toContain(result);
    }
    expect(result).toBe(STREAM_RESULT.full);
    expect(stream.cells[STREAM.txPending]).toBeGreaterThan(20_000);
    expect(stream.cells[STREAM.txPending]).toBeLessThanOrEqual(40_000);
    peer.sockets[0].resume();
    for (let more = 0; more < 50; ) {
      stream.poll();
      if (offer() > 0) more++;
      else await new Promise((resolve) => setImmediate(resolve));
    }
    const total = sent.reduce((sum, message) => sum + message.length, 0);
    let arrived = 0;
    await until(() => {
      stream.poll();
      arrived = peer.received.reduce((sum, bytes) => sum + bytes.length, 0);
      return arrived >= total;
    });
    expect(arrived).toBe(total);
    expect(stream.cells[STREAM.txPending]).toBe(0);
    expect(sha256(...peer.received)).toBe(sha256(...sent));
    stream.close();
  });

  it('counts an order whose tail left later, from the report that caused it to the send that ended it', async () => {
    peer = await listen((socket) => socket.pause());
    const latency = new (native().LatencyRecorder)();
    const stream = connect(peer.port, { tx: 65_536, pending: 200_000, latency });
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
    await until(() => peer.sockets.length === 1);
    peer.sockets[0].write('a report');
    expect(await nextResult(stream)).toBe(8);
    let orders = 0;
    while (stream.cells[STREAM.txPending] === 0) {
      expect(stream.send(0, 65_536, CAUSE.report)).toBe(65_536);
      orders++;
    }
    expect(latency.count(HISTOGRAM.reportToOrder)).toBe(orders - 1);
    native().host.sleepUs(20_000);
    peer.sockets[0].resume();
    await until(() => {
      stream.poll();
      return stream.cells[STREAM.txPending] === 0;
    });
    expect(latency.count(HISTOGRAM.reportToOrder)).toBe(orders);
    expect(latency.max(HISTOGRAM.reportToOrder)).toBeGreaterThan(20_000_000);
    expect(latency.count(HISTOGRAM.tickToOrder)).toBe(0);
    stream.close();
  });

  it('receives into what room there is, moves unread bytes to the front, and holds the peer back when full', async () => {
    const bytes = randomBytes(300_000);
    peer = await listen((socket) => socket.end(bytes));
    const stream = connect(peer.port, { rx: 4096 });
    const { rx, cells } = stream;
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
    await until(() => {
      stream.poll();
      return cells[STREAM.rxEnd] - cells[STREAM.rxStart] === 4096;
    });
    expect(stream.poll()).toBe(0);
    const taken: Buffer[] = [];
    let result = 0;
    await until(() => {
      const length = cells[STREAM.rxEnd] - cells[STREAM.rxStart];
      const take = Math.min(length, 1 + Math.floor(Math.random() * 3000));
      taken.push(Buffer.from(rx.subarray(cells[STREAM.rxStart], cells[STREAM.rxStart] + take)));
      cells[STREAM.rxStart] += take;
      if (result !== STREAM_RESULT.closed) result = stream.poll();
      return result === STREAM_RESULT.closed && cells[STREAM.rxStart] === cells[STREAM.rxEnd];
    });
    expect(sha256(...taken)).toBe(sha256(bytes));
    expect(stream.poll()).toBe(0);
    expect(cells[STREAM.state]).toBe(STREAM_STATE.closed);
  });

  it('does not let its own close destroy bytes on their way', async () => {
    // Unread bytes at close() would make the kernel send RST, which discards what the peer has not read.
    peer = await listen((socket) => {
      socket.pause();
      socket.write(randomBytes(10_000));
    });
    const stream = connect(peer.port);
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
    await until(() => peer.sockets.length === 1);
    const message = randomBytes(50_000);
    stream.tx.set(message);
    expect(stream.send(0, message.length, CAUSE.none)).toBe(message.length);
    stream.close();
    native().host.sleepUs(10_000);
    peer.sockets[0].resume();
    await until(() => {
      stream.poll();
      return peer.endings.length > 0;
    });
    expect(peer.endings).toEqual(['end']);
    expect(sha256(...peer.received)).toBe(sha256(message));
  });

  it('tells a reset connection as failed, with its errno', async () => {
    peer = await listen();
    const stream = connect(peer.port);
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
    await until(() => peer.sockets.length === 1);
    peer.sockets[0].resetAndDestroy();
    expect(await nextResult(stream)).toBe(STREAM_RESULT.failed);
    expect(stream.cells[STREAM.errno]).toBe(104); // ECONNRESET
    expect(stream.poll()).toBe(0);
    stream.open();
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
    expect(stream.cells[STREAM.errno]).toBe(0);
    stream.close();
  });

  it('survives sending to a peer that has gone, without SIGPIPE', async () => {
    peer = await listen();
    const stream = connect(peer.port);
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
    await until(() => peer.sockets.length === 1);
    peer.sockets[0].resetAndDestroy();
    let result = 0;
    await until(() => {
      result = stream.send(0, 100, CAUSE.tick);
      return result < 0;
    });
    expect(result).toBe(STREAM_RESULT.failed);
    expect([32, 104]).toContain(stream.cells[STREAM.errno]); // EPIPE or ECONNRESET
    expect(stream.poll()).toBe(STREAM_RESULT.failed);
    expect(stream.poll()).toBe(0);
    expect(stream.send(0, 100, CAUSE.tick)).toBe(STREAM_RESULT.failed);
  });

  it('tells a refused connection as failed', async () => {
    peer = await listen();
    const { port } = peer;
    await peer.close();
    const stream = connect(port);
    expect(await nextResult(stream)).toBe(STREAM_RESULT.failed);
    expect(stream.cells[STREAM.errno]).toBe(111); // ECONNREFUSED
    peer = await listen();
  });

  it('refuses bytes outside of tx', async () => {
    peer = await listen();
    const stream = connect(peer.port, { tx: 1024 });
    expect(await nextResult(stream)).toBe(STREAM_RESULT.opened);
    for (const [offset, length] of [
      [-1, 10],
      [0, -1],
      [1000, 25],
      [2 ** 31 - 1, 2 ** 31 - 1],
    ]) {
      expect(stream.send(offset, length, CAUSE.none)).toBe(STREAM_RESULT.full);
    }
    stream.close();
  });

  it('says what is wrong with its options', async () => {
    peer = await listen();
    const { TcpStream } = native();
    const good = {
      host: '127.0.0.1',
      port: 1,
      rx: new Uint8Array(1024),
      tx: new Uint8Array(1024),
      cells: new Int32Array(8),
      maxPendingBytes: 1024,
    };
    expect(() => new TcpStream({ ...good, host: 'venue.example' })).toThrow(/no IPv4 address/);
    expect(() => new TcpStream({ ...good, port: 0 })).toThrow(/Port 0/);
    expect(() => new TcpStream({ ...good, cells: new Int32Array(2) })).toThrow(/`cells` has 2/);
    expect(() => new TcpStream({ ...good, latency: {} as never })).toThrow(/LatencyRecorder/);
    expect(() => new TcpStream(undefined as never)).toThrow(/options/);
  });

  it('ends with its Worker, connected and with bytes pending', async () => {
    peer = await listen((socket) => socket.pause());
    const worker = new Worker(new URL('./tcp-worker.ts', import.meta.url), { workerData: { port: peer.port } });
    await new Promise((resolve) => worker.once('message', resolve));
    await until(() => peer.sockets.length === 1);
    peer.sockets[0].resume();
    await worker.terminate();
    await until(() => peer.endings.length > 0);
  });
});
