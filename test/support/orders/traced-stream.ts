import type { ByteStream } from '../../../gateway/index.ts';

/** A stream that shows each message as it leaves. */
export class TracedStream implements ByteStream {
  readonly rx: Uint8Array;
  readonly tx: Uint8Array;
  readonly cells: Int32Array;
  readonly #inner: ByteStream;
  readonly #show: (message: string) => void;

  constructor(inner: ByteStream, show: (message: string) => void) {
    this.rx = inner.rx;
    this.tx = inner.tx;
    this.cells = inner.cells;
    this.#inner = inner;
    this.#show = show;
  }

  open(): void {
    this.#inner.open();
  }

  poll(): number {
    return this.#inner.poll();
  }

  send(offset: number, length: number, cause: number): number {
    const taken = this.#inner.send(offset, length, cause);
    const text = Buffer.from(this.tx.subarray(offset, offset + length)).toString('latin1');
    this.#show(`${text.replaceAll('\x01', '|')}${taken === length ? '' : ` (${taken})`}`);
    return taken;
  }

  close(): void {
    this.#inner.close();
  }
}
