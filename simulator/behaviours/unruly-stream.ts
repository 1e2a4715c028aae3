import type { ByteStream } from '../../gateway/index.ts';
import { STREAM_RESULT } from '../../native/layout.ts';

/** A connection that breaks in the midst of a message, or brings one twice, when it is told to. */
export class UnrulyStream implements ByteStream {
  readonly rx: Uint8Array;
  readonly tx: Uint8Array;
  readonly cells: Int32Array;
  readonly #inner: ByteStream;
  /** Of the next message, so many bytes leave, in thousandths of it; -1: all. */
  #cutAfter = -1;
  #repeats = false;
  #isBroken = false;

  constructor(inner: ByteStream) {
    this.rx = inner.rx;
    this.tx = inner.tx;
    this.cells = inner.cells;
    this.#inner = inner;
  }

  /** The next message is cut after so many thousandths of its bytes, and the connection ends with it. */
  cutNext(thousandths: number): void {
    this.#cutAfter = thousandths;
  }

  /** The next message leaves twice, the same in every byte. */
  repeatNext(): void {
    this.#repeats = true;
  }

  open(): void {
    this.#forget();
    this.#inner.open();
  }

  poll(): number {
    if (!this.#isBroken) return this.#inner.poll();
    this.#forget();
    this.#inner.close();
    return STREAM_RESULT.closed;
  }

  /** What goes into a connection that has broken is lost, as it is where the system had taken it. */
  send(offset: number, length: number, cause: number): number {
    if (this.#isBroken) return length;
    if (this.#cutAfter >= 0) {
      const part = Math.floor((length * this.#cutAfter) / 1_000);
      if (part > 0) this.#inner.send(offset, part, cause);
      this.#isBroken = true;
      return length;
    }
    const taken = this.#inner.send(offset, length, cause);
    if (taken !== length || !this.#repeats) return taken;
    this.#repeats = false;
    this.#inner.send(offset, length, cause);
    return length;
  }

  close(): void {
    this.#inner.close();
  }

  failure(): string {
    return this.#inner.failure?.() ?? '';
  }

  #forget(): void {
    this.#cutAfter = -1;
    this.#repeats = false;
    this.#isBroken = false;
  }
}
