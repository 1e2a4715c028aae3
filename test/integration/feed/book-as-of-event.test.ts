/**
 * No strategy ever sees a book newer than its event: after each event that the receiver hands out, its record and its
 * depth are what a second, independent book makes of the messages up to exactly that one, however they were packed.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DEPTH,
  type FeedReceiver,
  type FeedReceiverOptions,
  INTEREST,
  native,
  POLL,
  TICK,
} from '../../../native/index.ts';
import { generateRecording } from '../../../simulator/index.ts';
import { capture, capturesReason } from '../../support/captures.ts';
import { feedMemory } from '../../support/feed.ts';
import { readBinaryFile } from '../../support/itch-reader.ts';
import { binaryFile, frame, mold, pcap } from '../../support/mold-packets.ts';
import { NaiveBook } from '../../support/naive-book.ts';
import { ringOf } from '../../support/playback.ts';
import { freeUdpPort } from '../../support/system/free-ports.ts';

const LEVELS = 3;
/** Sent before the receiver has read: far less than its socket buffer holds. */
const BURST_PACKETS = 50;

/** A receiver that compares itself, at each event, with a book of its own making. */
class Checked {
  readonly receiver: FeedReceiver;
  readonly cells: Float64Array;
  readonly #record: Float64Array;
  readonly #depth: Float64Array;
  readonly #messages: readonly Buffer[];
  readonly #book: NaiveBook;
  #applied = 0;
  events = 0;

  constructor(source: FeedReceiverOptions['source'], symbol: string, messages: readonly Buffer[]) {
    this.#messages = messages;
    this.#book = new NaiveBook(symbol);
    const memory = feedMemory(LEVELS, 1, 4_096);
    this.cells = memory.cells;
    this.#record = memory.record;
    this.#depth = memory.depth;
    this.receiver = new (native().FeedReceiver)({ source, ...memory });
    this.receiver.subscribe(symbol, INTEREST.book);
  }

  /** Polls until nothing is there. */
  drain(): void {
    for (let result = this.receiver.poll(); result !== POLL.idle; result = this.receiver.poll()) {
      if (result === POLL.event) this.#compare();
    }
  }

  #compare(): void {
    this.events += 1;
    const sequence = this.#record[TICK.sequence] as number;
    while (this.#applied < sequence) this.#book.apply(this.#messages[this.#applied++] as Buffer);
    const bids = this.#book.levels('B');
    const asks = this.#book.levels('S');
    const touch = [bids[0]?.price, bids[0]?.size, asks[0]?.price, asks[0]?.size];
    const seen = [TICK.bid, TICK.bidSize, TICK.ask, TICK.askSize].map((at) => this.#record[at]);
    // Not `expect` for each of many thousand events: it is slow, and says nothing until it fails.
    if (touch.some((value, i) => value !== undefined && value !== seen[i])) {
      expect(seen, `touch after message ${sequence}`).toEqual(touch);
    }
    this.#compareSide(bids, DEPTH.header, DEPTH.bidLevels, sequence);
    this.#compareSide(asks, DEPTH.header + DEPTH.perLevel * LEVELS, DEPTH.askLevels, sequence);
  }

  #compareSide(
    levels: { price: number; size: number; orders: number }[],
    at: number,
    countAt: number,
    sequence: number,
  ): void {
    const count = this.#depth[countAt] as number;
    const drawn = levels.slice(0, LEVELS);
    const seen = drawn.map((_, i) => {
      const [price, size, orders] = this.#depth.subarray(at + DEPTH.perLevel * i);
      return { price, size, orders };
    });
    const alike = drawn.every((level, i) => {
      const other = seen[i];
      return level.price === other?.price && level.size === other.size && level.orders === other.orders;
    });
    if (!alike || count !== levels.length)
      expect({ sequence, count, levels: seen }).toEqual({ sequence, count: levels.length, levels: drawn });
  }
}

const packets = (messages: readonly Buffer[], each: number): Buffer[] =>
  Array.from({ length: Math.ceil(messages.length / each) }, (_, i) =>
    mold({ sequence: 1 + i * each }, messages.slice(i * each, (i + 1) * each)),
  );

/** Every way in, over the same messages. */
function suite(symbol: string, load: () => readonly Buffer[], leastEvents: number): void {
  test('BinaryFILE', () => {
    const messages = load();
    const checked = new Checked(
      { kind: 'recording', ring: ringOf(binaryFile(messages)), format: 'binaryfile', speed: 0 },
      symbol,
      messages,
    );
    checked.drain();
    expect(checked.events).toBeGreaterThan(leastEvents);
    expect(checked.receiver.summary()).toMatchObject({ messages: messages.length, gaps: 0 });
    checked.receiver.close();
  });

  test.each([1, 20])('pcap, %i messages a packet', (each) => {
    const messages = load();
    const file = pcap(packets(messages, each).map((packet) => frame(packet)));
    const checked = new Checked({ kind: 'recording', ring: ringOf(file), format: 'pcap', speed: 0 }, symbol, messages);
    checked.drain();
    expect(checked.events).toBeGreaterThan(leastEvents);
    expect(checked.receiver.summary()).toMatchObject({ messages: messages.length, gaps: 0 });
    checked.receiver.close();
  });

  test.each([1, 20])('kernel UDP in bursts, %i messages a packet', async (each) => {
    const messages = load();
    const port = await freeUdpPort();
    const checked = new Checked(
      { kind: 'kernel', group: '127.0.0.1', port, interface: '127.0.0.1', receiveBufferBytes: 4 << 20 },
      symbol,
      messages,
    );
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const all = packets(messages, each);
    for (let i = 0; i < all.length; i += BURST_PACKETS) {
      const burst = all.slice(i, i + BURST_PACKETS);
      // On loopback a datagram is in the receiver's buffer when its send is over.
      await Promise.all(
        burst.map(
          (packet) =>
            new Promise<void>((resolve, reject) =>
              socket.send(packet, port, '127.0.0.1', (error) => (error ? reject(error) : resolve())),
            ),
        ),
      );
      checked.drain();
    }
    socket.close();
    expect(checked.events).toBeGreaterThan(leastEvents);
    expect(checked.receiver.summary()).toMatchObject({ messages: messages.length, gaps: 0 });
    checked.receiver.close();
  });
}

describe('a generated feed of three symbols', () => {
  const folder = mkdtempSync(join(tmpdir(), 'as-of-event-'));
  let messages: Buffer[] = [];
  beforeAll(async () => {
    const outputPath = join(folder, 'flow.itch');
    await generateRecording({ seed: 21, symbols: ['AAPL', 'MSFT', 'NVDA'], messages: 20_000, outputPath });
    messages = readBinaryFile(readFileSync(outputPath));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  suite('MSFT', () => messages, 3_000);
});

describe.skipIf(capturesReason)(`AAPL's first 10,000 messages${capturesReason ? ` (${capturesReason})` : ''}`, () => {
  // It breaks off before the zero record that ends a BinaryFILE.
  const whole = () => Buffer.concat([readFileSync(capture('itch50/aapl_20200130_locate13_10k.itch')), Buffer.alloc(2)]);
  suite('AAPL', () => readBinaryFile(whole()), 9_000);
});
