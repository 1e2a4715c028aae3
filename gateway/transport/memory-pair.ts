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
  const a = new MemoryStream(options.bytes, options.latency);
  const b = new MemoryStream(options.bytes, undefined);
  a.connect(b);
  b.connect(a);
  return { a, b };
}

/**
 * One end. What it sends goes into its ring, from which the other end's `poll` takes it:
 *
 *   tx ─ send ─▶ ring ─ poll of the peer ─▶ rx of the peer
 */
class MemoryStream implements ByteStream {
  readonly rx: Uint8Array;
  readonly tx: Uint8Array;
  readonly cells: Int32Array = new Int32Array(STREAM_CELLS);
  readonly #ring: Uint8Array;
  readonly #latency: CommitRecorder | undefined;
  #peer: MemoryStream = this;
  #ringStart = 0;
  #ringBytes = 0;
  /** The peer's poll made the connection; ours has yet to tell. */
  #openedUntold = false;
  /** The peer closed after sending what is in its ring. */
  #peerClosed = false;

  constructor(bytes: number, latency: CommitRecorder | undefined) {
    this.rx = new Uint8Array(bytes);
    this.tx = new Uint8Array(bytes);
    this.#ring = new Uint8Array(bytes);
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
    const ring = this.#ring;
    if (this.#ringBytes + length > ring.length) return STREAM_RESULT.full;
    const tx = this.tx;
    let at = this.#ringStart + this.#ringBytes;
    if (at >= ring.length) at -= ring.length;
    for (let i = offset; i < offset + length; i++) {
      ring[at++] = tx[i];
      if (at === ring.length) at = 0;
    }
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
    const ring = this.#ring;
    const count = Math.min(this.#ringBytes, rx.length - cells[STREAM.rxEnd]);
    let from = this.#ringStart;
    let to = cells[STREAM.rxEnd];
    for (let i = 0; i < count; i++) {
      rx[to++] = ring[from++];
      if (from === ring.length) from = 0;
    }
    this.#ringStart = from;
    this.#ringBytes -= count;
    cells[STREAM.rxEnd] = to;
    return count;
  }
}
