/** Bytes and messages that may wait for a full transport; what does not fit ends the session. */
const OUTBOX_BYTES = 16_384;
const OUTBOX_MESSAGES = 128;

/**
 * Session messages that the transport did not take: numbered already, so that nothing may overtake them. While one waits
 * nothing is read, so that the peer causes no more of them.
 */
export class Outbox {
  /** Messages that wait. */
  count = 0;
  readonly #bytes = new Uint8Array(OUTBOX_BYTES);
  readonly #ends = new Int32Array(OUTBOX_MESSAGES);
  #first = 0;
  #last = 0;

  /** @returns false where there is no room */
  push(bytes: Uint8Array, start: number, length: number): boolean {
    const at = this.#last === 0 ? 0 : this.#ends[this.#last - 1];
    if (this.#last === OUTBOX_MESSAGES || at + length > OUTBOX_BYTES) return false;
    this.#bytes.set(bytes.subarray(start, start + length), at);
    this.#ends[this.#last++] = at + length;
    this.count++;
    return true;
  }

  /** Copies the first message to out[at…). @returns its length */
  copyFirst(out: Uint8Array, at: number): number {
    const start = this.#first === 0 ? 0 : this.#ends[this.#first - 1];
    const end = this.#ends[this.#first];
    out.set(this.#bytes.subarray(start, end), at);
    return end - start;
  }

  shift(): void {
    this.#first++;
    if (--this.count === 0) this.clear();
  }

  clear(): void {
    this.count = 0;
    this.#first = 0;
    this.#last = 0;
  }
}
