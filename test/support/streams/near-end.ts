/** The test's end of a wire: a stream of production, and what of it a test asks again and again. */
import { setImmediate as turn } from 'node:timers/promises';
import { CAUSE, native, STREAM, STREAM_CELLS, STREAM_RESULT, type TcpStream } from '../../../native/index.ts';
import type { StreamEnd } from './stream-wire.ts';

const PATIENCE_MS = 30_000;

/** What of a wire its near end must know. */
export interface NearWire {
  readonly near: Pick<StreamEnd, 'lwip'>;
  readonly far: { readonly address: string };
}

export function nearStream(wire: NearWire, port: number, bytes: number): TcpStream {
  const { near, far } = wire;
  return new (native().TcpStream)({
    ...{ host: far.address, port, maxPendingBytes: bytes },
    ...{ rx: new Uint8Array(bytes), tx: new Uint8Array(bytes), cells: new Int32Array(STREAM_CELLS) },
    ...(near.lwip !== undefined && { lwip: near.lwip }),
  });
}

export class NearEnd {
  readonly stream: TcpStream;
  /** Negative results of `poll`, each told once. */
  readonly results: number[] = [];
  readonly #chunks: Buffer[] = [];

  constructor(wire: NearWire, port: number, bytes = 65_536) {
    this.stream = nearStream(wire, port, bytes);
  }

  get errno(): number {
    return this.stream.cells[STREAM.errno] as number;
  }

  received(): Buffer {
    if (this.#chunks.length > 1) this.#chunks.splice(0, this.#chunks.length, Buffer.concat(this.#chunks));
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  poll(): void {
    const { stream } = this;
    const result = stream.poll();
    if (result < 0) this.results.push(result);
    const { rx, cells } = stream;
    if (cells[STREAM.rxStart] === cells[STREAM.rxEnd]) return;
    this.#chunks.push(Buffer.from(rx.slice(cells[STREAM.rxStart], cells[STREAM.rxEnd])));
    cells[STREAM.rxStart] = cells[STREAM.rxEnd];
  }

  async until(condition: () => boolean, patienceMs = PATIENCE_MS): Promise<void> {
    const untilMs = performance.now() + patienceMs;
    while (!condition()) {
      if (performance.now() > untilMs)
        throw new Error(`not within ${patienceMs} ms: ${condition}; results ${this.results}, errno ${this.errno}`);
      this.poll();
      await turn();
    }
  }

  /** Calls, up to the outcome. */
  async opens(): Promise<number> {
    this.results.length = 0;
    this.#chunks.length = 0;
    this.stream.open();
    await this.until(() => this.results.length > 0);
    return this.results[0] as number;
  }

  /** @returns bytes taken, or a STREAM_RESULT */
  offer(bytes: Uint8Array): number {
    this.stream.tx.set(bytes);
    return this.stream.send(0, bytes.length, CAUSE.none);
  }

  /** Whole, in pieces of at most so many bytes. */
  async send(bytes: Uint8Array, pieceBytes = 8_192): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + pieceBytes);
      let result: number = STREAM_RESULT.full;
      await this.until(() => {
        result = this.offer(piece);
        return result !== STREAM_RESULT.full;
      });
      if (result !== piece.length) throw new Error(`send returned ${result} at ${at}, errno ${this.errno}`);
      at += piece.length;
    }
  }
}
