/** What node:net's server is, over production's TcpStream: whoever calls is handed on as a socket of Node's. */
import { Duplex } from 'node:stream';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import {
  CAUSE,
  type LwipOptions,
  native,
  STREAM,
  STREAM_CELLS,
  STREAM_RESULT,
  STREAM_STATE,
  type TcpStream,
} from '../../../native/index.ts';

const BYTES = 65_536;
const IDLE_TURNS = 2_000;
/** A closed stream sends its last words and its FIN in later polls. */
const DRAIN_MS = 3_000;

/** Of a stream that has been called; the server polls it. */
export class StreamSocket extends Duplex {
  readonly #stream: TcpStream;
  #waiting: { bytes: Uint8Array; done: () => void } | undefined;
  #wantsMore = true;
  #goneMs = Number.POSITIVE_INFINITY;

  constructor(stream: TcpStream) {
    super();
    this.#stream = stream;
  }

  setNoDelay(_on: boolean): void {}

  /** Nothing of it is under way any more. */
  get isDrained(): boolean {
    return performance.now() - this.#goneMs > DRAIN_MS;
  }

  /** @returns whether anything has happened */
  poll(): boolean {
    const stream = this.#stream;
    const result = stream.poll();
    if (this.destroyed) return false;
    const { rx, cells } = stream;
    if (this.#wantsMore && cells[STREAM.rxStart] !== cells[STREAM.rxEnd]) {
      const bytes = rx.slice(cells[STREAM.rxStart], cells[STREAM.rxEnd]);
      cells[STREAM.rxStart] = cells[STREAM.rxEnd];
      this.#wantsMore = this.push(bytes);
    }
    if (result === STREAM_RESULT.closed && !this.readableEnded) this.push(null);
    else if (result === STREAM_RESULT.failed) this.destroy();
    this.#send();
    return result !== 0;
  }

  override _read(): void {
    this.#wantsMore = true;
  }

  override _write(bytes: Uint8Array, _encoding: string, done: () => void): void {
    this.#waiting = { bytes, done };
    this.#send();
  }

  override _final(done: () => void): void {
    this.#stream.close();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#goneMs = performance.now();
    this.#stream.close();
    done(error);
  }

  #send(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const { tx, cells } = this.#stream;
    const next = waiting.bytes.subarray(0, BYTES);
    tx.set(next);
    // Who has closed hears no more of what is written to it.
    const isOpen = cells[STREAM.state] === STREAM_STATE.open;
    if (isOpen && this.#stream.send(0, next.length, CAUSE.none) !== next.length) return;
    this.#waiting = undefined;
    if (isOpen && next.length < waiting.bytes.length) {
      this.#waiting = { ...waiting, bytes: waiting.bytes.subarray(next.length) };
    } else {
      waiting.done();
    }
  }
}

/** Listens on the address, as long as the process lives. */
export async function serveStreams(
  at: { address: string; port: number; lwip?: LwipOptions },
  onConnection: (socket: StreamSocket) => void,
  onListening: (port: number) => void,
): Promise<never> {
  const sockets = new Set<StreamSocket>();
  let listening = listeningStream(at);
  onListening(listening.port());
  for (let idle = 0; ; ) {
    let happened = false;
    const called = listening.poll();
    if (called === STREAM_RESULT.failed) throw new Error(`cannot listen: errno ${listening.cells[STREAM.errno]}`);
    if (called === STREAM_RESULT.opened) {
      const socket = new StreamSocket(listening);
      sockets.add(socket);
      listening = listeningStream(at);
      onConnection(socket);
      happened = true;
    }
    for (const socket of sockets) {
      if (socket.poll()) happened = true;
      if (socket.isDrained) sockets.delete(socket);
    }
    idle = happened ? 0 : idle + 1;
    await (idle < IDLE_TURNS ? turn() : sleep(1));
  }
}

function listeningStream({ address, port, lwip }: { address: string; port: number; lwip?: LwipOptions }): TcpStream {
  const stream = new (native().TcpStream)({
    ...{ host: address, port, listens: true, maxPendingBytes: BYTES, ...(lwip && { lwip }) },
    ...{ rx: new Uint8Array(BYTES), tx: new Uint8Array(BYTES), cells: new Int32Array(STREAM_CELLS) },
  });
  stream.open();
  return stream;
}
