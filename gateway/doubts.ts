import { SENT_REQUESTS, type SentRequests } from './sent-requests.ts';

/** Requests that one poll can veto: as many as it may look at while it sends messages again. */
const CAPACITY = 1_024;

/**
 * Requests that were not sent again, told once the chunk they belong to has left: who hears of one may cancel at once,
 * and nothing may be sent from within a chunk. Those that the store keeps no more are known by their numbers only.
 */
export class Doubts {
  /** True when there is something to tell. */
  some = false;
  readonly #sent: SentRequests;
  readonly #ordinals = new Float64Array(CAPACITY);
  #count = 0;
  /** MsgSeqNums of messages that are kept no more, 0 for none. */
  #begin = 0;
  #end = 0;

  constructor(sent: SentRequests) {
    this.#sent = sent;
  }

  add(ordinal: number): void {
    if (this.#count === CAPACITY) return;
    this.#ordinals[this.#count++] = ordinal;
    this.some = true;
  }

  /** Messages begin to end, both included, are kept no more. */
  addForgotten(begin: number, end: number): void {
    this.#begin = this.#begin === 0 ? begin : Math.min(begin, this.#begin);
    this.#end = Math.max(end, this.#end);
    this.some = true;
  }

  /** @returns how many were told */
  tell(heard: (ordinal: number) => void): number {
    const count = this.#count;
    const end = this.#end;
    let told = count;
    this.some = false;
    this.#count = 0;
    this.#end = 0;
    for (let i = 0; i < count; i++) heard(this.#ordinals[i]);
    if (this.#begin === 0) return told;
    // Older ones than these lie in no table any more.
    for (let seq = Math.max(this.#begin, end - SENT_REQUESTS + 1); seq <= end; seq++) {
      const at = this.#sent.find(seq);
      if (at < 0) continue;
      heard(this.#sent.ordinal(at));
      told++;
    }
    this.#begin = 0;
    return told;
  }
}
