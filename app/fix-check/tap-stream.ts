import { FRAME, Framer } from 'fix-parser';
import type { ByteStream } from '../../gateway/index.ts';
import { native, STREAM, STREAM_RESULT } from '../../native/index.ts';

/** A message as it went by, with its fields in order. Cold: made for people. */
export interface SeenMessage {
  readonly type: string;
  readonly fields: readonly (readonly [tag: number, value: string])[];
  /** CLOCK_MONOTONIC. */
  readonly atNs: number;
  /** CLOCK_REALTIME. */
  readonly atMs: number;
}

export interface TapListener {
  opening(): void;
  opened(): void;
  sent(message: SeenMessage): void;
  received(message: SeenMessage): void;
  /** Bytes that are no FIX message. */
  garbled(bytes: Uint8Array): void;
}

const MAX_MESSAGE_BYTES = 1 << 20;
/** Of what is not FIX, enough to tell what it is, and to find a whole secret in it. */
const MAX_GARBLED_BYTES = 2_048;

/** A stream with a witness: it hears of every message either way, whatever the session makes of it. */
export class TapStream implements ByteStream {
  readonly rx: Uint8Array;
  readonly tx: Uint8Array;
  readonly cells: Int32Array;
  readonly #stream: ByteStream;
  readonly #listener: TapListener;
  readonly #framer = new Framer({ maxMessageBytes: MAX_MESSAGE_BYTES, resync: 'beginString' });
  #unread = Buffer.alloc(0);

  constructor(stream: ByteStream, listener: TapListener) {
    this.rx = stream.rx;
    this.tx = stream.tx;
    this.cells = stream.cells;
    this.#stream = stream;
    this.#listener = listener;
  }

  open(): void {
    this.#unread = Buffer.alloc(0);
    this.#listener.opening();
    this.#stream.open();
  }

  poll(): number {
    const result = this.#stream.poll();
    if (result === STREAM_RESULT.opened) this.#listener.opened();
    if (result < 0) this.#rest();
    if (result <= 0) return result;
    const end = this.cells[STREAM.rxEnd] as number;
    this.#unread = Buffer.concat([this.#unread, this.rx.slice(end - result, end)]);
    this.#read();
    return result;
  }

  send(offset: number, length: number, cause: number): number {
    const seen = seenMessage(this.tx.slice(offset, offset + length));
    const taken = this.#stream.send(offset, length, cause);
    if (taken === length) this.#listener.sent(seen);
    return taken;
  }

  close(): void {
    this.#rest();
    this.#stream.close();
  }

  failure(): string {
    return this.#stream.failure?.() ?? '';
  }

  #read(): void {
    for (;;) {
      const found = this.#framer.next(this.#unread, 0, this.#unread.length);
      if (found === FRAME.incomplete) return;
      if (found === FRAME.message) {
        this.#listener.received(seenMessage(this.#unread.subarray(this.#framer.start, this.#framer.end)));
        this.#unread = this.#unread.subarray(this.#framer.end);
      } else {
        this.#listener.garbled(this.#unread.subarray(0, MAX_GARBLED_BYTES));
        this.#unread = this.#unread.subarray(Math.max(1, this.#framer.resumeAt));
      }
    }
  }

  /** Bytes that never became a message. */
  #rest(): void {
    if (this.#unread.length > 0) this.#listener.garbled(this.#unread.subarray(0, MAX_GARBLED_BYTES));
    this.#unread = Buffer.alloc(0);
  }
}

function seenMessage(bytes: Uint8Array): SeenMessage {
  const fields = Buffer.from(bytes)
    .toString('latin1')
    .split('\x01')
    .flatMap((field): [number, string][] => {
      const at = field.indexOf('=');
      return at < 1 ? [] : [[Number(field.slice(0, at)), field.slice(at + 1)]];
    });
  const type = fields.find(([tag]) => tag === 35)?.[1] ?? '';
  return { type, fields, atNs: native().host.monotonicNs(), atMs: native().host.realtimeMs() };
}

/** '' where the message has none. */
export const fieldOf = (message: SeenMessage | undefined, tag: number): string =>
  message?.fields.find(([each]) => each === tag)?.[1] ?? '';
