import { CAUSE, STREAM, STREAM_CELLS, STREAM_RESULT, STREAM_STATE } from '../../native/layout.ts';
import type { ByteStream } from './byte-stream.ts';
import type { CommitRecorder } from './memory-pair.ts';
import { RING, type RingParts, ringParts, ringText } from './ring-layout.ts';

/**
 * The hot thread's end of a connection that another thread owns, such as one over TLS: bytes travel through two rings
 * in shared memory (ring-layout.ts). No call makes a system call or allocates; none wakes the other thread, since that
 * would cost the hot thread some 25 µs (Atomics.notify on a waiter of an event loop): the far side looks by itself.
 */
export class RingStream implements ByteStream {
  readonly rx: Uint8Array;
  readonly tx: Uint8Array;
  readonly cells: Int32Array = new Int32Array(STREAM_CELLS);
  readonly #parts: RingParts;
  readonly #ring: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #size: number;
  readonly #latency: CommitRecorder | undefined;
  #generation: number;
  #outWritten: number;
  #inRead: number;

  /** @param memory of createRing. One stream at a time; a later one goes on where an earlier one ended. */
  constructor(memory: SharedArrayBuffer, latency?: CommitRecorder) {
    const parts = ringParts(memory);
    this.#parts = parts;
    this.#ring = parts.cells;
    this.#bytes = parts.bytes;
    this.#size = parts.size;
    this.#latency = latency;
    this.rx = new Uint8Array(memory, parts.rxAt, parts.size);
    this.tx = new Uint8Array(memory, parts.txAt, parts.size);
    this.#generation = Atomics.load(parts.cells, RING.generation);
    this.#outWritten = Atomics.load(parts.cells, RING.outWritten);
    this.#inRead = Atomics.load(parts.cells, RING.inRead);
  }

  open(): void {
    this.#generation = (this.#generation + 1) | 0;
    this.cells[STREAM.state] = STREAM_STATE.connecting;
    this.cells[STREAM.errno] = 0;
    Atomics.store(this.#ring, RING.outStart, this.#outWritten);
    Atomics.store(this.#ring, RING.generation, this.#generation);
  }

  poll(): number {
    const { cells } = this;
    const ring = this.#ring;
    cells[STREAM.txPending] = (this.#outWritten - Atomics.load(ring, RING.outRead)) | 0;
    if (cells[STREAM.state] === STREAM_STATE.closed) return 0;
    if (cells[STREAM.state] === STREAM_STATE.connecting) return this.#awaitConnection();
    // Read before the bytes are: what came before the end is then surely seen.
    const ended = Atomics.load(ring, RING.ended) === this.#generation;
    const received = this.#receive();
    if (received > 0 || !ended || this.#inRead !== Atomics.load(ring, RING.inWritten)) return received;
    return this.#end();
  }

  send(offset: number, length: number, cause: number): number {
    const ring = this.#ring;
    if (this.cells[STREAM.state] !== STREAM_STATE.open || Atomics.load(ring, RING.ended) === this.#generation)
      return STREAM_RESULT.failed;
    const size = this.#size;
    const written = this.#outWritten;
    const used = (written - Atomics.load(ring, RING.outRead)) | 0;
    if (used + length > size || offset < 0 || length < 0 || offset + length > size) return STREAM_RESULT.full;
    const at = written & (size - 1);
    const first = Math.min(length, size - at);
    const from = this.#parts.txAt + offset;
    const to = this.#parts.outAt;
    this.#bytes.copyWithin(to + at, from, from + first);
    if (first < length) this.#bytes.copyWithin(to, from + first, from + length);
    this.#outWritten = (written + length) | 0;
    Atomics.store(ring, RING.outWritten, this.#outWritten);
    this.cells[STREAM.txPending] = used + length;
    if (cause !== CAUSE.none && this.#latency !== undefined) this.#latency.commit(cause);
    return length;
  }

  /** What was sent before still leaves, as over TCP. */
  close(): void {
    if (this.cells[STREAM.state] === STREAM_STATE.closed) return;
    this.cells[STREAM.state] = STREAM_STATE.closed;
    Atomics.store(this.#ring, RING.closed, this.#generation);
  }

  /** Why the connection failed, as a clause; empty when it did not. Cold: allocates. */
  failure(): string {
    return ringText(this.#parts, 'failure');
  }

  /** What the present or last connection is, as a clause; empty before the first. Cold: allocates. */
  description(): string {
    return ringText(this.#parts, 'description');
  }

  #awaitConnection(): number {
    const ring = this.#ring;
    // A connection that came and went before this poll is told whole: opened first, then its bytes, then its end.
    if (Atomics.load(ring, RING.connected) !== this.#generation)
      return Atomics.load(ring, RING.ended) === this.#generation ? this.#end() : 0;
    this.#inRead = Atomics.load(ring, RING.inStart);
    Atomics.store(ring, RING.inRead, this.#inRead);
    this.cells[STREAM.rxStart] = 0;
    this.cells[STREAM.rxEnd] = 0;
    this.cells[STREAM.state] = STREAM_STATE.open;
    return STREAM_RESULT.opened;
  }

  #end(): number {
    this.cells[STREAM.state] = STREAM_STATE.closed;
    this.cells[STREAM.errno] = Atomics.load(this.#ring, RING.errno);
    return Atomics.load(this.#ring, RING.endedHow);
  }

  /** Moves what has come from the in ring to rx, as far as it goes. @returns bytes */
  #receive(): number {
    const waiting = (Atomics.load(this.#ring, RING.inWritten) - this.#inRead) | 0;
    if (waiting === 0) return 0;
    const { cells, rx } = this;
    const size = this.#size;
    const start = cells[STREAM.rxStart];
    const unread = cells[STREAM.rxEnd] - start;
    if (unread === 0) {
      cells[STREAM.rxStart] = 0;
      cells[STREAM.rxEnd] = 0;
    } else if (start > 0 && cells[STREAM.rxEnd] + waiting > size) {
      rx.copyWithin(0, start, start + unread);
      cells[STREAM.rxStart] = 0;
      cells[STREAM.rxEnd] = unread;
    }
    const end = cells[STREAM.rxEnd];
    const count = Math.min(waiting, size - end);
    const at = this.#inRead & (size - 1);
    const first = Math.min(count, size - at);
    const from = this.#parts.inAt;
    const to = this.#parts.rxAt + end;
    this.#bytes.copyWithin(to, from + at, from + at + first);
    if (first < count) this.#bytes.copyWithin(to + first, from, from + count - first);
    this.#inRead = (this.#inRead + count) | 0;
    Atomics.store(this.#ring, RING.inRead, this.#inRead);
    cells[STREAM.rxEnd] = end + count;
    return count;
  }
}
