import { BYTE_RING } from '../../native/layout.ts';

/** Twice the longest record that the native reader takes, as in recording/byte_ring_reader.h. */
const MINIMUM_BYTES = 2 * (262_144 + 64);

/** A ring for `ByteRingWriter` and a native reader. @param bytes capacity; raised to what the longest record needs */
export function createByteRing(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(BYTE_RING.headerBytes + Math.max(MINIMUM_BYTES, Math.ceil(bytes / 8) * 8));
}

/** The writing end of the ring drawn in BYTE_RING. */
export class ByteRingWriter {
  readonly #positions: Float64Array;
  readonly #positionBits: BigInt64Array;
  readonly #bytes: Uint8Array;
  readonly #scratch = new Float64Array(1);
  readonly #scratchBits = new BigInt64Array(this.#scratch.buffer);
  #written = 0;

  constructor(ring: SharedArrayBuffer) {
    this.#positions = new Float64Array(ring, 0, BYTE_RING.headerBytes / 8);
    this.#positionBits = new BigInt64Array(ring, 0, BYTE_RING.headerBytes / 8);
    this.#bytes = new Uint8Array(ring, BYTE_RING.headerBytes);
  }

  /** Bytes that can be written now. */
  get space(): number {
    // Atomics know no doubles: an atomic load of the slot's bits keeps what follows behind it.
    this.#scratchBits[0] = Atomics.load(this.#positionBits, BYTE_RING.released);
    return this.#bytes.length - (this.#written - this.#scratch[0]!);
  }

  /** @returns how many of the bytes were taken */
  write(chunk: Uint8Array): number {
    const length = Math.min(chunk.length, this.space);
    if (length === 0) return 0;
    const at = this.#written % this.#bytes.length;
    const straight = Math.min(length, this.#bytes.length - at);
    this.#bytes.set(chunk.subarray(0, straight), at);
    if (straight < length) this.#bytes.set(chunk.subarray(straight, length), 0);
    this.#written += length;
    this.#publish(BYTE_RING.written, this.#written);
    return length;
  }

  /** The last byte has been written. */
  end(): void {
    this.#publish(BYTE_RING.ended, 1);
  }

  get bytesWritten(): number {
    return this.#written;
  }

  #publish(index: number, value: number): void {
    this.#scratch[0] = value;
    Atomics.store(this.#positionBits, index, this.#scratchBits[0]!);
  }

  /** The reader's position, for progress. */
  get bytesReleased(): number {
    return this.#positions[BYTE_RING.released]!;
  }
}
