/** What every TCP keeps to, whoever runs it: what no other ByteStream has, such as resets, dead peers and lost wires. */
import { createHash, randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { STREAM, STREAM_RESULT, STREAM_STATE } from '../../../native/index.ts';
import { byteStreamSuite } from '../byte-stream-suite.ts';
import { FarPeer } from './far-peer.ts';
import { NearEnd, nearStream } from './near-end.ts';
import { provide, type StreamTransport, type StreamWire } from './stream-wire.ts';

const PORT = 46_310;
/** Nobody listens there. */
const CLOSED_PORT = 46_311;
const BYTES = 65_536;
const ECONNREFUSED = 111;
/** As the kernel tells a connection that the peer does not know: on reading, or on writing to it. */
const RESET = [104 /* ECONNRESET */, 32 /* EPIPE */];

/** The kernel's send buffer grows to 4 MB by itself (tcp(7), tcp_wmem). */
const MOST_IN_FLIGHT = 8 << 20;
const SETTLED_MS = 50;

/** What is under way on this host has arrived. */
async function settled(near: NearEnd): Promise<void> {
  for (const untilMs = performance.now() + SETTLED_MS; performance.now() < untilMs; await turn()) near.poll();
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** One file for each transport: of lwIP there is one in a process. */
export function streamSuite(transport: StreamTransport): void {
  const { name, unavailable } = transport;
  const title = unavailable === undefined ? name : `${name} (skipped: ${unavailable})`;

  describe.skipIf(unavailable !== undefined)(title, () => {
    let wire: StreamWire;
    let leave: () => void;
    let peer: FarPeer;
    beforeAll(async () => {
      wire = transport.make();
      provide(wire.near);
      peer = new FarPeer(wire, PORT);
      await peer.start();
      leave = wire.enter();
    });
    afterAll(async () => {
      await peer.kill();
      leave();
      wire.close();
    });

    byteStreamSuite(name, () => {
      const stream = nearStream(wire, PORT, BYTES);
      return { stream, far: peer, accept: () => undefined, dispose: () => peer.released(() => stream.poll()) };
    });

    describe('as TCP', () => {
      let near: NearEnd;
      beforeEach(() => {
        near = new NearEnd(wire, PORT);
      });
      afterEach(async () => {
        near.stream.close();
        await peer.released(() => near.stream.poll());
      });

      test('says what it is', async () => {
        expect(await near.opens()).toBe(STREAM_RESULT.opened);
        const { backend, accelerated } = transport;
        expect(near.stream.transport()).toMatchObject({ backend, accelerated });
      });

      test('carries megabytes both ways at once, in pieces of any size, in order', async () => {
        await near.opens();
        const [there, back] = [randomBytes(3_000_000), randomBytes(3_000_000)];
        peer.send(back);
        for (let at = 0, size = 1; at < there.length; at += size) {
          size = 1 + ((at * 7_919) % 9_000);
          await near.send(there.subarray(at, at + size), size);
        }
        await near.until(() => peer.received().length === there.length && near.received().length === back.length);
        expect(sha256(peer.received())).toBe(sha256(there));
        expect(sha256(near.received())).toBe(sha256(back));
      });

      test('answers a thousand small questions, one at a time', async () => {
        await near.opens();
        peer.echo();
        await peer.heard();
        for (let number = 1; number <= 1_000; number++) {
          near.offer(Buffer.from(`question ${String(number).padStart(5)}`));
          await near.until(() => near.received().length === number * 14);
        }
        expect(near.received().subarray(-14).toString()).toBe('question  1000');
      });

      test('a port that nobody listens on refuses, at once', async () => {
        const refused = new NearEnd(wire, CLOSED_PORT);
        const sinceMs = performance.now();
        expect(await refused.opens()).toBe(STREAM_RESULT.failed);
        expect(refused.errno).toBe(ECONNREFUSED);
        expect(performance.now() - sinceMs).toBeLessThan(5_000);
        expect(refused.stream.poll()).toBe(0);
      });

      test('connects and ends a hundred times without waiting for anything', async () => {
        for (let number = 0; number < 100; number++) {
          expect(await near.opens()).toBe(STREAM_RESULT.opened);
          near.offer(Buffer.from(`${number};`));
          near.stream.close();
          await near.until(() => peer.endings.length === number + 1);
        }
        expect(peer.endings).toEqual(Array(100).fill(0));
        expect(peer.received().toString()).toBe(Array.from({ length: 100 }, (_, number) => `${number};`).join(''));
      });

      test('a peer that does nothing for a while, and goes on, has missed nothing', async () => {
        await near.opens();
        peer.stop();
        const sent = randomBytes(100_000);
        const sending = near.send(sent);
        for (const untilMs = performance.now() + 1_500; performance.now() < untilMs; ) {
          near.poll();
          await turn();
        }
        peer.continue();
        await sending;
        await near.until(() => peer.received().length === sent.length);
        expect(sha256(peer.received())).toBe(sha256(sent));
      });

      test('half open: what is sent to a peer that died without a word is bounded, and the next one resets it', async () => {
        await near.opens();
        peer.send(Buffer.from('last words'));
        await near.until(() => near.received().length === 10);
        // With unread bytes its kernel says RST in its name, once, and forgets; a FIN it would repeat.
        peer.pause();
        await peer.heard();
        near.offer(randomBytes(1_000));
        await near.until(() => near.stream.cells[STREAM.txPending] === 0);
        await settled(near);
        wire.silenceFar(true);
        await peer.kill();
        let taken = 0;
        while (near.offer(randomBytes(4_000)) === 4_000) taken += 4_000;
        expect(taken).toBeGreaterThan(0);
        expect(taken).toBeLessThan(MOST_IN_FLIGHT);
        await settled(near);
        expect(near.results).toEqual([STREAM_RESULT.opened]);
        expect(near.stream.cells[STREAM.state]).toBe(STREAM_STATE.open);
        wire.silenceFar(false);
        await peer.start();
        await near.until(() => {
          if (near.stream.cells[STREAM.state] === STREAM_STATE.open) near.offer(Buffer.from('is anybody there?'));
          return near.results.length > 1;
        });
        expect(near.results).toEqual([STREAM_RESULT.opened, STREAM_RESULT.failed]);
        expect(RESET).toContain(near.errno);
        expect(near.stream.cells[STREAM.state]).toBe(STREAM_STATE.closed);
        peer.forget();
        expect(await near.opens()).toBe(STREAM_RESULT.opened);
        await near.send(Buffer.from('new'));
        peer.send(Buffer.from('again'));
        await near.until(() => peer.received().length === 3 && near.received().length === 5);
        expect(peer.received().toString()).toBe('new');
        expect(near.received().toString()).toBe('again');
      });

      test('given up while the peer is silent, it calls again and is taken', async () => {
        await near.opens();
        peer.pause();
        await peer.heard();
        near.offer(randomBytes(10_000));
        await settled(near);
        wire.silenceFar(true);
        await peer.kill();
        near.stream.close();
        await settled(near);
        wire.silenceFar(false);
        await peer.start();
        peer.forget();
        expect(await near.opens()).toBe(STREAM_RESULT.opened);
        await near.send(Buffer.from('here'));
        await near.until(() => peer.received().length === 4);
        expect(peer.received().toString()).toBe('here');
      });
    });
  });
}
