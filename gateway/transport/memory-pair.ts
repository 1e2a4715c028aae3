import { CAUSE, STREAM, STREAM_CELLS, STREAM_RESULT, STREAM_STATE } from '../../native/layout.ts';
import type { ByteStream } from './byte-stream.ts';

/** The part of a LatencyRecorder that a transport without a native send needs. */
export interface CommitRecorder {
  commit(cause: number): number;
}

export interface MemoryPairOptions {
  /** Bytes that may be under way in each direction, and size of each side's rx and tx. */
  bytes: number;
  /** Hears of every order that leaves side `a`. */
  latency?: CommitRecorder | undefined;
}

/** Two ends of a connection on one thread, for replay and tests: in order, without loss, bounded. */
export function createMemoryPair(options: MemoryPairOptions): { a: ByteStream; b: ByteStream } {
  const memory = new Uint8Array(options.bytes * 6);
  const a = new MemoryStream(memory, 0, options.bytes, options.latency);
  const b = new MemoryStream(memory, options.bytes * 3, options.bytes, undefined);
  a.connect(b);
  b.connect(a);
  return { a, b };
}

/**
 * One end. What it sends goes into its ring, from which the other end's `poll` takes it:
 *
 *   tx ─ send ─▶ ring ─ poll of the peer ─▶ rx of the peer
 *
 * All of both ends is one memory, since `copyWithin` is the only fast copy that allocates no view:
 *
 *   ┌ rx a │ tx a │ ring a │ rx b │ tx b │ ring b ┐
 */
class MemoryStream implements ByteStream {
  readonly rx: Uint8Array;
  readonly tx: Uint8Array;
  readonly cells: Int32Array = new Int32Array(STREAM_CELLS);
  readonly #memory: Uint8Array;
  readonly #bytes: number;
  readonly #rxAt: number;
  readonly #txAt: number;
  readonly #ringAt: number;
  readonly #latency: CommitRecorder | undefined;
  #peer: MemoryStream = this;
  #ringStart = 0;
  #ringBytes = 0;
  /** The peer's poll made the connection; ours has yet to tell. */
  #openedUntold = false;
  /** The peer closed after sending what is in its ring. */
  #peerClosed = false;

  constructor(memory: Uint8Array, at: number, bytes: number, latency: CommitRecorder | undefined) {
    this.#memory = memory;
    this.#bytes = bytes;
    this.#rxAt = at;
    this.#txAt = at + bytes;
    this.#ringAt = at + bytes * 2;
    this.rx = memory.subarray(this.#rxAt, this.#txAt);
    this.tx = memory.subarray(this.#txAt, this.#ringAt);
    this.#latency = latency;
  }

  connect(peer: MemoryStream): void {
    this.#peer = peer;
  }

  open(): void {
    this.cells[STREAM.state] = STREAM_STATE.connecting;
  }

  poll(): number {
    const cells = this.cells;
    if (this.#openedUntold) {
      this.#openedUntold = false;
      return STREAM_RESULT.opened;
    }
    if (cells[STREAM.state] === STREAM_STATE.connecting) {
      if (this.#peer.cells[STREAM.state] !== STREAM_STATE.connecting) return 0;
      this.#begin();
      this.#peer.#begin();
      this.#peer.#openedUntold = true;
      return STREAM_RESULT.opened;
    }
    if (cells[STREAM.state] !== STREAM_STATE.open) return 0;
    const received = this.#peer.#takeInto(this);
    if (received === 0 && this.#peerClosed && this.#peer.#ringBytes === 0) return this.#lost();
    return received;
  }

  send(offset: number, length: number, cause: number): number {
    if (this.cells[STREAM.state] !== STREAM_STATE.open || this.#peerClosed) return STREAM_RESULT.failed;
    const size = this.#bytes;
    if (this.#ringBytes + length > size || offset < 0 || offset + length > size) return STREAM_RESULT.full;
    let at = this.#ringStart + this.#ringBytes;
    if (at >= size) at -= size;
    const first = Math.min(length, size - at);
    const from = this.#txAt + offset;
    this.#memory.copyWithin(this.#ringAt + at, from, from + first);
    if (first < length) this.#memory.copyWithin(this.#ringAt, from + first, from + length);
    this.#ringBytes += length;
    if (cause !== CAUSE.none && this.#latency !== undefined) this.#latency.commit(cause);
    return length;
  }

  /** What was sent before still arrives, as over TCP. */
  close(): void {
    const wasOpen = this.cells[STREAM.state] === STREAM_STATE.open;
    this.cells[STREAM.state] = STREAM_STATE.closed;
    if (wasOpen && this.#peer.cells[STREAM.state] === STREAM_STATE.open) this.#peer.#peerClosed = true;
  }

  /** A new connection: nothing of an earlier one is left. */
  #begin(): void {
    this.#ringStart = 0;
    this.#ringBytes = 0;
    this.#peerClosed = false;
    this.cells[STREAM.rxStart] = 0;
    this.cells[STREAM.rxEnd] = 0;
    this.cells[STREAM.state] = STREAM_STATE.open;
  }

  #lost(): number {
    this.cells[STREAM.state] = STREAM_STATE.closed;
    return STREAM_RESULT.closed;
  }

  /** Moves this end's ring into the peer's rx as far as it goes. */
  #takeInto(peer: MemoryStream): number {
    if (this.#ringBytes === 0) return 0;
    const { rx, cells } = peer;
    const unread = cells[STREAM.rxEnd] - cells[STREAM.rxStart];
    if (unread === 0) {
      cells[STREAM.rxStart] = 0;
      cells[STREAM.rxEnd] = 0;
    } else if (cells[STREAM.rxStart] > 0 && cells[STREAM.rxEnd] + this.#ringBytes > rx.length) {
      rx.copyWithin(0, cells[STREAM.rxStart], cells[STREAM.rxEnd]);
      cells[STREAM.rxStart] = 0;
      cells[STREAM.rxEnd] = unread;
    }
    const size = this.#bytes;
    const end = cells[STREAM.rxEnd];
    const count = Math.min(this.#ringBytes, size - end);
    const first = Math.min(count, size - this.#ringStart);
    const to = peer.#rxAt + end;
    const from = this.#ringAt + this.#ringStart;
    this.#memory.copyWithin(to, from, from + first);
    if (first < count) this.#memory.copyWithin(to + first, this.#ringAt, this.#ringAt + count - first);
    this.#ringStart += count;
    if (this.#ringStart >= size) this.#ringStart -= size;
    this.#ringBytes -= count;
    cells[STREAM.rxEnd] = end + count;
    return count;
  }
}
