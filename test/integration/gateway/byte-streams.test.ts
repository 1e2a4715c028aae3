import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll } from 'vitest';
import { TlsPump } from '../../../app/tls/tls-pump.ts';
import { readTls } from '../../../app/tls/tls-settings.ts';
import { createMemoryPair, createRing, RingPeer, RingStream } from '../../../gateway/index.ts';
import { CAUSE, native, STREAM, STREAM_CELLS, STREAM_RESULT } from '../../../native/index.ts';
import { byteStreamSuite, type FarEnd } from '../../support/byte-stream-suite.ts';
import { listeningFarEnd } from '../../support/socket-far-end.ts';
import { Certificates } from '../../support/tls/certificates.ts';

const BYTES = 1 << 16;

byteStreamSuite('the pair in memory', () => {
  const { a, b } = createMemoryPair({ bytes: BYTES });
  const received: Buffer[] = [];
  let unsent = Buffer.alloc(0);
  let paused = false;
  let ended = false;
  let closing = false;
  /** Runs with each look at the far end and each turn of the near one. */
  const turn = (): void => {
    const { cells, rx } = b;
    while (unsent.length > 0) {
      const part = unsent.subarray(0, 1_000);
      b.tx.set(part);
      if (b.send(0, part.length, CAUSE.none) < 0) break;
      unsent = unsent.subarray(part.length);
    }
    if (closing && unsent.length === 0) {
      closing = false;
      b.close();
      ended = true;
    }
    if (paused) return;
    for (let result = b.poll(); result !== 0; result = b.poll()) {
      if (result === STREAM_RESULT.closed) ended = true;
      if (result === STREAM_RESULT.opened) ended = false;
      if (result < 0) break;
    }
    if (cells[STREAM.rxStart] === cells[STREAM.rxEnd]) return;
    received.push(Buffer.from(rx.slice(cells[STREAM.rxStart], cells[STREAM.rxEnd])));
    cells[STREAM.rxStart] = cells[STREAM.rxEnd];
  };
  const timer = setInterval(turn, 0);
  const far: FarEnd = {
    received: () => Buffer.concat(received),
    send: (bytes) => {
      unsent = Buffer.concat([unsent, bytes]);
      turn();
    },
    pause: () => void (paused = true),
    resume: () => void (paused = false),
    close: () => void (closing = true),
    sawEnd: () => ended,
  };
  return { stream: a, far, accept: () => b.open(), dispose: () => clearInterval(timer) };
});

byteStreamSuite('the ring stream', () => {
  const memory = createRing(BYTES);
  const peer = new RingPeer(memory);
  const received: Buffer[] = [];
  let unsent = Buffer.alloc(0);
  let paused = false;
  let isLive = false;
  let ended = false;
  let closing = false;
  const end = (): void => {
    peer.ended('', 0);
    isLive = false;
    ended = true;
    unsent = Buffer.alloc(0);
  };
  const turn = (): void => {
    if (!isLive && peer.isWanted) {
      peer.begin();
      peer.connected('rings on one thread');
      isLive = true;
      ended = false;
    }
    if (!isLive) return;
    unsent = unsent.subarray(peer.put(unsent, 0));
    const isGivenUp = peer.isGivenUp;
    if (!paused) while (peer.waiting > 0) received.push(Buffer.from(peer.take(1_000)));
    if (isGivenUp || (closing && unsent.length === 0)) {
      closing = false;
      end();
    }
  };
  const timer = setInterval(turn, 0);
  const far: FarEnd = {
    received: () => Buffer.concat(received),
    send: (bytes) => void (unsent = Buffer.concat([unsent, bytes])),
    pause: () => void (paused = true),
    resume: () => void (paused = false),
    close: () => void (closing = true),
    sawEnd: () => ended,
  };
  return { stream: new RingStream(memory), far, accept: turn, dispose: () => clearInterval(timer) };
});

byteStreamSuite('the native TCP socket', async () => {
  const far = await listeningFarEnd((onConnection) => createServer(onConnection));
  const stream = new (native().TcpStream)({
    host: '127.0.0.1',
    port: far.port,
    rx: new Uint8Array(BYTES),
    tx: new Uint8Array(BYTES),
    cells: new Int32Array(STREAM_CELLS),
    maxPendingBytes: BYTES,
  });
  return { stream, far, accept: () => {}, dispose: () => far.stop() };
});

let certificates: Certificates;
beforeAll(() => {
  certificates = new Certificates();
});
afterAll(() => certificates.remove());

byteStreamSuite('TLS through the main thread', async () => {
  const key = certificates.read('server.key');
  const cert = certificates.read('server.pem');
  const far = await listeningFarEnd((onConnection) => createTlsServer({ key, cert }, onConnection));
  const memory = createRing(BYTES);
  const at = { venue: 'test', host: '127.0.0.1', port: far.port, connectTimeoutMs: 10_000 };
  const pump = new TlsPump(
    memory,
    readTls({ ca: ['ca.pem'], minVersion: 'TLSv1.2', spin: false }, at, certificates.folder),
  );
  return {
    stream: new RingStream(memory),
    far,
    accept: () => {},
    dispose: async () => {
      await pump.stop();
      await far.stop();
    },
  };
});
