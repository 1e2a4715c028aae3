import { STREAM_RESULT } from '../../native/layout.ts';
import { RING, RING_TEXT_AT, RING_TEXT_BYTES, type RingParts, ringParts } from './ring-layout.ts';

/**
 * The far end of a `RingStream`: the thread that owns the connection hears here what the hot thread wants, takes what
 * it sends and hands over what has arrived. One generation of connection at a time, begun by `begin`.
 */
export class RingPeer {
  readonly #parts: RingParts;
  readonly #ring: Int32Array;
  #generation: number;
  #outRead: number;
  #inWritten: number;

  constructor(memory: SharedArrayBuffer) {
    this.#parts = ringParts(memory);
    this.#ring = this.#parts.cells;
    // No generation of before is served: the near side opens when both are there.
    this.#generation = Atomics.load(this.#ring, RING.ended);
    this.#outRead = Atomics.load(this.#ring, RING.outRead);
    this.#inWritten = Atomics.load(this.#ring, RING.inWritten);
  }

  /** True when the near side wants a connection that was not begun yet. */
  get isWanted(): boolean {
    const wanted = Atomics.load(this.#ring, RING.generation);
    return wanted !== this.#generation && wanted !== Atomics.load(this.#ring, RING.closed);
  }

  /** True once the near side has closed the present connection: what it sent before is still to leave. */
  get isGivenUp(): boolean {
    const closed = Atomics.load(this.#ring, RING.closed) === this.#generation;
    return closed || Atomics.load(this.#ring, RING.generation) !== this.#generation;
  }

  /** Takes the wanted generation on; what an earlier one left in the out ring is dropped. */
  begin(): void {
    const wanted = Atomics.load(this.#ring, RING.generation);
    this.#generation = wanted;
    this.#outRead = Atomics.load(this.#ring, RING.outStart);
    Atomics.store(this.#ring, RING.outRead, this.#outRead);
  }

  /** @param description what the connection is, as a clause */
  connected(description: string): void {
    this.#write(RING_TEXT_AT, RING.descriptionBytes, description);
    Atomics.store(this.#ring, RING.inStart, this.#inWritten);
    Atomics.store(this.#ring, RING.connected, this.#generation);
  }

  /** The connection is over, after everything that was put. @param failure empty for an end in order */
  ended(failure: string, errno: number): void {
    this.#write(RING_TEXT_AT + RING_TEXT_BYTES, RING.failureBytes, failure);
    Atomics.store(this.#ring, RING.errno, errno);
    Atomics.store(this.#ring, RING.endedHow, failure === '' ? STREAM_RESULT.closed : STREAM_RESULT.failed);
    Atomics.store(this.#ring, RING.ended, this.#generation);
  }

  /** Bytes of the present connection that wait to leave. */
  get waiting(): number {
    // Bytes behind outStart of a next generation are not of this one.
    const isLast = Atomics.load(this.#ring, RING.generation) === this.#generation;
    const end = Atomics.load(this.#ring, isLast ? RING.outWritten : RING.outStart);
    return (end - this.#outRead) | 0;
  }

  /** @returns at most `limit` of the waiting bytes, copied: the ring's place is free at once */
  take(limit: number): Uint8Array<ArrayBuffer> {
    const { bytes, size, outAt } = this.#parts;
    const count = Math.min(this.waiting, limit);
    const taken = new Uint8Array(count);
    const at = this.#outRead & (size - 1);
    const first = Math.min(count, size - at);
    taken.set(bytes.subarray(outAt + at, outAt + at + first));
    if (first < count) taken.set(bytes.subarray(outAt, outAt + count - first), first);
    this.#outRead = (this.#outRead + count) | 0;
    Atomics.store(this.#ring, RING.outRead, this.#outRead);
    return taken;
  }

  /** @returns how many of source[from…) the in ring took */
  put(source: Uint8Array, from: number): number {
    const { bytes, size, inAt } = this.#parts;
    const used = (this.#inWritten - Atomics.load(this.#ring, RING.inRead)) | 0;
    const count = Math.min(source.length - from, size - used);
    const at = this.#inWritten & (size - 1);
    const first = Math.min(count, size - at);
    bytes.set(source.subarray(from, from + first), inAt + at);
    if (first < count) bytes.set(source.subarray(from + first, from + count), inAt);
    this.#inWritten = (this.#inWritten + count) | 0;
    Atomics.store(this.#ring, RING.inWritten, this.#inWritten);
    return count;
  }

  #write(at: number, lengthCell: number, text: string): void {
    const bytes = new TextEncoder().encode(text).subarray(0, RING_TEXT_BYTES);
    this.#parts.bytes.set(bytes, at);
    Atomics.store(this.#ring, lengthCell, bytes.length);
  }
}
