import type { ByteStream } from './byte-stream.ts';

/**
 * One shape for every transport: what V8 compiles for the session over a pair in memory then holds for the native
 * socket as well, and only the calls inside here tell the two apart.
 */
export class StreamFace implements ByteStream {
  readonly rx: Uint8Array;
  readonly tx: Uint8Array;
  readonly cells: Int32Array;
  readonly #stream: ByteStream;

  constructor(stream: ByteStream) {
    this.rx = stream.rx;
    this.tx = stream.tx;
    this.cells = stream.cells;
    this.#stream = stream;
  }

  open(): void {
    this.#stream.open();
  }

  poll(): number {
    return this.#stream.poll();
  }

  send(offset: number, length: number, cause: number): number {
    return this.#stream.send(offset, length, cause);
  }

  close(): void {
    this.#stream.close();
  }

  failure(): string {
    return this.#stream.failure?.() ?? '';
  }
}
