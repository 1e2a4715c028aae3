/** What every ByteStream does, whatever carries its bytes: one suite, called with each transport. */
import { createHash, randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { ByteStream } from '../../gateway/index.ts';
import { CAUSE, STREAM, STREAM_RESULT, STREAM_STATE } from '../../native/layout.ts';

/** The far end of the present connection, by hand. */
export interface FarEnd {
  /** Everything received, over all connections. */
  received(): Buffer;
  /** Sends all of it, in time. */
  send(bytes: Uint8Array): void;
  /** Stops and goes on reading. */
  pause(): void;
  resume(): void;
  /** Ends the present connection in order, after what was sent. */
  close(): void;
  /** True once the far side has done with the last connection, and takes the next one. */
  sawEnd(): boolean;
}

export interface StreamUnderTest {
  readonly stream: ByteStream;
  readonly far: FarEnd;
  /** Lets the far end take the next connection, where it has to be told. */
  accept(): void;
  dispose(): Promise<void> | void;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function byteStreamSuite(name: string, create: () => Promise<StreamUnderTest> | StreamUnderTest): void {
  describe(`${name} as a ByteStream`, () => {
    let under: StreamUnderTest;
    let results: number[] = [];
    const arrived: Buffer[] = [];

    /** Polls, consuming what arrives, until it is so. */
    async function until(condition: () => boolean, consume = true): Promise<void> {
      const endMs = performance.now() + 60_000;
      while (!condition()) {
        if (performance.now() > endMs) {
          const { cells } = under.stream;
          const told = `results ${results}, state ${cells[STREAM.state]}, errno ${cells[STREAM.errno]}`;
          throw new Error(`${name}: not within 60 s: ${condition}; ${told}`);
        }
        const { stream } = under;
        const result = stream.poll();
        if (result < 0) results.push(result);
        if (consume) take();
        await turn();
      }
    }

    function take(): void {
      const { cells, rx } = under.stream;
      if (cells[STREAM.rxStart] === cells[STREAM.rxEnd]) return;
      arrived.push(Buffer.from(rx.slice(cells[STREAM.rxStart], cells[STREAM.rxEnd])));
      cells[STREAM.rxStart] = cells[STREAM.rxEnd];
    }

    async function opened(): Promise<void> {
      under = await create();
      results = [];
      arrived.length = 0;
      await opens();
    }

    async function opens(): Promise<void> {
      under.stream.open();
      under.accept();
      await until(() => results.includes(STREAM_RESULT.opened));
      expect(under.stream.cells[STREAM.state]).toBe(STREAM_STATE.open);
    }

    function sends(bytes: Uint8Array): number {
      under.stream.tx.set(bytes, 0);
      return under.stream.send(0, bytes.length, CAUSE.none);
    }

    afterEach(async () => {
      under.stream.close();
      await under.dispose();
    });

    it('opens once, carries bytes both ways, and tells the end once', async () => {
      await opened();
      expect(sends(Buffer.from('to the venue'))).toBe(12);
      await until(() => under.far.received().length === 12);
      under.far.send(Buffer.from('and back'));
      await until(() => Buffer.concat(arrived).length === 8);
      expect(under.far.received().toString()).toBe('to the venue');
      expect(Buffer.concat(arrived).toString()).toBe('and back');
      under.far.close();
      await until(() => results.length > 1);
      for (let i = 0; i < 20; i++) expect(under.stream.poll()).toBe(0);
      expect(results).toEqual([STREAM_RESULT.opened, STREAM_RESULT.closed]);
      expect(under.stream.cells[STREAM.state]).toBe(STREAM_STATE.closed);
    });

    it('takes nothing before it is open, nothing after it is closed, and nothing outside tx', async () => {
      under = await create();
      expect(under.stream.poll()).toBe(0);
      expect(under.stream.send(0, 1, CAUSE.none)).toBe(STREAM_RESULT.failed);
      results = [];
      await opens();
      const size = under.stream.tx.length;
      expect(under.stream.send(size - 1, 2, CAUSE.none)).toBeLessThan(0);
      expect(under.stream.cells[STREAM.state]).toBe(STREAM_STATE.open);
      under.stream.close();
      under.stream.close();
      expect(under.stream.send(0, 1, CAUSE.none)).toBe(STREAM_RESULT.failed);
      expect(under.stream.poll()).toBe(0);
      expect(under.far.received()).toHaveLength(0);
    });

    it('delivers what was sent before close', async () => {
      await opened();
      const last = randomBytes(9_000);
      expect(sends(last)).toBe(last.length);
      under.stream.close();
      await until(() => under.far.received().length === last.length && under.far.sawEnd());
      expect(sha256(under.far.received())).toBe(sha256(last));
    });

    it('delivers what the far end sent before its close, then the end', async () => {
      await opened();
      const last = randomBytes(40_000);
      under.far.send(last);
      under.far.close();
      await until(() => results.length > 1);
      take();
      expect(results).toEqual([STREAM_RESULT.opened, STREAM_RESULT.closed]);
      expect(sha256(Buffer.concat(arrived))).toBe(sha256(last));
    });

    it('is bounded by a far end that does not read, refuses whole messages, and loses nothing', async () => {
      await opened();
      under.far.pause();
      const sent: Buffer[] = [];
      let refused = 0;
      for (let round = 0; round < 60_000 && refused < 3; round++) {
        const message = randomBytes(1 + (round % 4_000));
        const result = sends(message);
        if (result === message.length) sent.push(message);
        else {
          expect(result).toBe(STREAM_RESULT.full);
          refused++;
          // What waits in between, such as a kernel's buffer, fills up too.
          for (let i = 0; i < 5 && refused < 3; i++) {
            under.stream.poll();
            await turn();
          }
        }
      }
      expect(refused).toBe(3);
      under.far.resume();
      const all = Buffer.concat(sent);
      await until(() => under.far.received().length >= all.length);
      await until(() => under.stream.cells[STREAM.txPending] === 0);
      expect(sha256(under.far.received())).toBe(sha256(all));
    });

    it('is bounded where nobody consumes rx, and loses nothing', async () => {
      await opened();
      const all = randomBytes(3 * under.stream.rx.length + 777);
      under.far.send(all);
      const { cells, rx } = under.stream;
      await until(() => cells[STREAM.rxEnd] - cells[STREAM.rxStart] === rx.length, false);
      for (let i = 0; i < 50; i++) {
        expect(under.stream.poll()).toBe(0);
        await turn();
      }
      await until(() => Buffer.concat(arrived).length === all.length);
      expect(sha256(Buffer.concat(arrived))).toBe(sha256(all));
    });

    it('opens again after either side has closed, with nothing of before', async () => {
      await opened();
      under.far.send(Buffer.from('never read'));
      await until(() => under.stream.cells[STREAM.rxEnd] > 0, false);
      under.stream.close();
      await until(() => under.far.sawEnd());
      results = [];
      await opens();
      expect(under.stream.cells[STREAM.rxEnd] - under.stream.cells[STREAM.rxStart]).toBe(0);
      arrived.length = 0;
      const before = under.far.received().length;
      sends(Buffer.from('second'));
      await until(() => under.far.received().length === before + 6);
      under.far.send(Buffer.from('answer'));
      await until(() => Buffer.concat(arrived).length === 6);
      expect(Buffer.concat(arrived).toString()).toBe('answer');
      under.far.close();
      // A far end that has told its own close may not be listening yet.
      await until(() => results.includes(STREAM_RESULT.closed) && under.far.sawEnd());
      results = [];
      await opens();
      sends(Buffer.from('third'));
      await until(() => under.far.received().subarray(-5).toString() === 'third');
    });
  });
}
