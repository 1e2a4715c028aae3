/**
 * The shared memory between a `RingStream` on the hot thread and a `RingPeer` on the thread that owns the connection:
 * two rings of bytes, each with one writer and one reader. Positions count bytes since the beginning and wrap at 2^32;
 * they live on cache lines of their own, so that neither side slows the other down by writing its own.
 *
 *   Int32 cells, one line of 16 each:   near │ outWritten │ outRead │ far │ inWritten │ inRead
 *   then two texts, then the bytes:     ┌ in ring │ out ring │ rx │ tx ┐   `size` each, a power of two
 *
 * A connection is a generation. Near side: `generation` is the one it wants, `closed` the last that it has closed,
 * `outStart` where its bytes begin in the out ring. Far side: `connected` and `ended` name the generation they are
 * about, `inStart` where its bytes begin in the in ring. So nothing of one connection is ever read in another.
 */
export const RING = {
  generation: 0,
  closed: 1,
  outStart: 2,
  outWritten: 16,
  outRead: 32,
  connected: 48,
  ended: 49,
  /** STREAM_RESULT.closed or failed. */
  endedHow: 50,
  errno: 51,
  inStart: 52,
  descriptionBytes: 53,
  failureBytes: 54,
  inWritten: 64,
  inRead: 80,
} as const;

/** Bytes of each of the two texts: what the connection is, and why it failed. */
export const RING_TEXT_BYTES = 512;
const CELLS = 96;
export const RING_TEXT_AT = CELLS * Int32Array.BYTES_PER_ELEMENT;
export const RING_BYTES_AT = RING_TEXT_AT + 2 * RING_TEXT_BYTES;

const MIN_BYTES = 16_384;
const MAX_BYTES = 1 << 26;

/** @param bytes of each ring; raised to a power of two from 16 KiB, which a FIX session needs, to 64 MiB */
export function createRing(bytes: number): SharedArrayBuffer {
  let size = MIN_BYTES;
  while (size < bytes && size < MAX_BYTES) size *= 2;
  return new SharedArrayBuffer(RING_BYTES_AT + 4 * size);
}

/** The parts of a ring's memory, by offset into all its bytes. */
export interface RingParts {
  readonly cells: Int32Array;
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly inAt: number;
  readonly outAt: number;
  readonly rxAt: number;
  readonly txAt: number;
}

export function ringParts(memory: SharedArrayBuffer): RingParts {
  const size = (memory.byteLength - RING_BYTES_AT) / 4;
  const at = (part: number): number => RING_BYTES_AT + part * size;
  return {
    cells: new Int32Array(memory, 0, CELLS),
    bytes: new Uint8Array(memory),
    size,
    inAt: at(0),
    outAt: at(1),
    rxAt: at(2),
    txAt: at(3),
  };
}

/** A text of the far side, copied out of shared memory, which decoders refuse. Cold. */
export function ringText(parts: RingParts, which: 'description' | 'failure'): string {
  const at = RING_TEXT_AT + (which === 'description' ? 0 : RING_TEXT_BYTES);
  const length = Atomics.load(parts.cells, which === 'description' ? RING.descriptionBytes : RING.failureBytes);
  return new TextDecoder().decode(parts.bytes.slice(at, at + length));
}
