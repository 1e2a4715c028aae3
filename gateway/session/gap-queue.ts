/** Bytes and messages that may wait behind a gap. */
const QUEUE_BYTES = 65_536;
const QUEUE_MESSAGES = 256;

/** Copies of messages that came ahead of a gap, in rising order of MsgSeqNum. Bounded; what finds no room is asked for again. */
export class GapQueue {
  readonly bytes: Uint8Array = new Uint8Array(QUEUE_BYTES);
  readonly #entries = new Int32Array(QUEUE_MESSAGES * 3);
  /** Lowest MsgSeqNum that found no room, 0 for none. */
  lostSeq = 0;
  #first = 0;
  #count = 0;
  #used = 0;

  /** A number that does not rise has come before: it waits here already, or is among the lost. */
  push(seq: number, source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (this.#count > this.#first && seq <= this.#entries[(this.#count - 1) * 3]) return;
    // Behind one that was lost nothing can wait: it would hide the hole.
    if (this.lostSeq !== 0 || this.#count === QUEUE_MESSAGES || this.#used + length > QUEUE_BYTES) {
      if (this.lostSeq === 0 || seq < this.lostSeq) this.lostSeq = seq;
      return;
    }
    this.bytes.set(source.subarray(start, end), this.#used);
    this.#entries.set([seq, this.#used, this.#used + length], this.#count * 3);
    this.#count++;
    this.#used += length;
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
