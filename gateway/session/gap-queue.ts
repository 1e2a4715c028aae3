/** Bytes and messages that may wait behind a gap; what does not fit is asked for again. */
const QUEUE_BYTES = 65_536;
const QUEUE_MESSAGES = 256;

/** Copies of messages that came ahead of a gap, in rising order of MsgSeqNum. Bounded; memory of its own. */
export class GapQueue {
  readonly bytes: Uint8Array = new Uint8Array(QUEUE_BYTES);
  readonly #entries = new Int32Array(QUEUE_MESSAGES * 3);
  #first = 0;
  #count = 0;
  #used = 0;

  /** @returns false where there was no room, or the number does not rise */
  push(seq: number, source: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (this.#count === QUEUE_MESSAGES || this.#used + length > QUEUE_BYTES) return false;
    if (this.#count > this.#first && seq <= this.#entries[(this.#count - 1) * 3]) return false;
    this.bytes.set(source.subarray(start, end), this.#used);
    this.#entries.set([seq, this.#used, this.#used + length], this.#count * 3);
    this.#count++;
    this.#used += length;
    return true;
  }

  /** MsgSeqNum of the first message, 0 when there is none. */
  firstSeq(): number {
    return this.#first < this.#count ? this.#entries[this.#first * 3] : 0;
  }

  firstStart(): number {
    return this.#entries[this.#first * 3 + 1];
  }

  firstEnd(): number {
    return this.#entries[this.#first * 3 + 2];
  }

  /** Lets the first message go; its bytes stay until the next `push`. */
  shift(): void {
    this.#first++;
    if (this.#first === this.#count) this.clear();
  }

  clear(): void {
    this.#first = 0;
    this.#count = 0;
    this.#used = 0;
  }
}
