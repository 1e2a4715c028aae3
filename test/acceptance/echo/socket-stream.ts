import type { Duplex } from 'node:stream';
import type { ByteStream } from '../../../gateway/index.ts';
import { STREAM, STREAM_CELLS, STREAM_RESULT, STREAM_STATE } from '../../../native/layout.ts';

const BUFFER_BYTES = 65_536;
/** What a peer that does not read may leave waiting. */
const MAX_PENDING_BYTES = 1 << 20;
/** How long a connection that we have ended may still send. */
const DRAIN_MS = 2_000;

/** Of node:net, or what looks like it. */
export type ConnectedSocket = Duplex & { setNoDelay(on: boolean): unknown };

/** A socket that an acceptor has been called by, as a session sees it. One after the other. */
export class SocketStream implements ByteStream {
  readonly rx: Uint8Array = new Uint8Array(BUFFER_BYTES);
  readonly tx: Uint8Array = new Uint8Array(BUFFER_BYTES);
  readonly cells: Int32Array = new Int32Array(STREAM_CELLS);
  #socket: ConnectedSocket | undefined;
  #openedUntold = false;
  #ended = false;
  #received: Uint8Array[] = [];

  /** True while a session waits on this stream for somebody to call. */
  get waiting(): boolean {
    return this.cells[STREAM.state] === STREAM_STATE.connecting;
  }

  /** @param received what the socket has said already @param onReadable called when `poll` has something to find */
  attach(socket: ConnectedSocket, received: Uint8Array, onReadable: () => void): void {
    this.#socket = socket;
    this.#openedUntold = true;
    this.#ended = false;
    this.#received = [received];
    this.cells.fill(0);
    this.cells[STREAM.state] = STREAM_STATE.open;
    socket.on('data', (bytes: Uint8Array) => {
      if (this.#socket !== socket) return;
      this.#received.push(bytes);
      onReadable();
    });
    const end = (): void => {
      if (this.#socket !== socket) return;
      this.#ended = true;
      onReadable();
    };
    socket.on('end', end).on('close', end);
  }

  open(): void {
    this.cells[STREAM.state] = STREAM_STATE.connecting;
  }

  poll(): number {
    const { cells } = this;
    if (cells[STREAM.state] !== STREAM_STATE.open) return 0;
    if (this.#openedUntold) {
      this.#openedUntold = false;
      return STREAM_RESULT.opened;
    }
    cells[STREAM.txPending] = this.#socket?.writableLength ?? 0;
    const received = this.#take();
    if (received > 0 || !this.#ended) return received;
    cells[STREAM.state] = STREAM_STATE.closed;
    return STREAM_RESULT.closed;
  }

  send(offset: number, length: number): number {
    const socket = this.#socket;
    if (socket === undefined || this.cells[STREAM.state] !== STREAM_STATE.open || !socket.writable)
      return STREAM_RESULT.failed;
    if (socket.writableLength + length > MAX_PENDING_BYTES) return STREAM_RESULT.full;
    socket.write(this.tx.slice(offset, offset + length));
    this.cells[STREAM.txPending] = socket.writableLength;
    return length;
  }

  close(): void {
    this.cells[STREAM.state] = STREAM_STATE.closed;
    if (this.#socket !== undefined) endGracefully(this.#socket);
    this.#socket = undefined;
  }

  #take(): number {
    const { rx, cells } = this;
    const next = this.#received[0];
    if (next === undefined) return 0;
    const start = cells[STREAM.rxStart];
    const unread = cells[STREAM.rxEnd] - start;
    rx.copyWithin(0, start, start + unread);
    const count = Math.min(next.length, rx.length - unread);
    rx.set(next.subarray(0, count), unread);
    cells[STREAM.rxStart] = 0;
    cells[STREAM.rxEnd] = unread + count;
    if (count === next.length) this.#received.shift();
    else this.#received[0] = next.subarray(count);
    return count;
  }
}

/** FIN after the last byte, and what the peer still sends is read: unread bytes would make it a reset. */
export function endGracefully(socket: ConnectedSocket): void {
  socket.resume();
  socket.end();
  setTimeout(() => socket.destroy(), DRAIN_MS).unref();
}
