/** Requests that a Reject(3) may still name by RefSeqNum(45); a power of two. */
export const SENT_REQUESTS = 4_096;
const CELLS = 4;

/** The last requests by MsgSeqNum: which order each was about. A ring: an old one is forgotten when its place is needed. */
export class SentRequests {
  /** [MsgSeqNum, ordinal, ordinal of the order it changes or -1, instrument] of each. */
  readonly #ring = new Float64Array(SENT_REQUESTS * CELLS);

  add(seq: number, ordinal: number, origOrdinal: number, instrument: number): void {
    const at = (seq & (SENT_REQUESTS - 1)) * CELLS;
    this.#ring[at] = seq;
    this.#ring[at + 1] = ordinal;
    this.#ring[at + 2] = origOrdinal;
    this.#ring[at + 3] = instrument;
  }

  /** @returns where the request lies for the readers below, or -1 */
  find(seq: number): number {
    const at = (seq & (SENT_REQUESTS - 1)) * CELLS;
    return seq > 0 && this.#ring[at] === seq ? at : -1;
  }

  ordinal(at: number): number {
    return this.#ring[at + 1];
  }

  origOrdinal(at: number): number {
    return this.#ring[at + 2];
  }

  instrument(at: number): number {
    return this.#ring[at + 3];
  }

  /** Hands on the ordinal of each, in no order. Cold. */
  each(heard: (ordinal: number) => void): void {
    for (let at = 0; at < this.#ring.length; at += CELLS) if (this.#ring[at] > 0) heard(this.#ring[at + 1]);
  }

  /** Numbers began anew: a RefSeqNum no longer means these. */
  clear(): void {
    this.#ring.fill(0);
  }
}
