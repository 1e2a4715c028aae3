import { SENT_REQUESTS } from './sent-requests.ts';

/** Requests that one poll can find lost: all whose numbers are known, and those that it may look at while it sends messages again. */
const CAPACITY = SENT_REQUESTS + 1_024;

/**
 * Requests that were not sent again, told once the chunk they belong to has left: who hears of one may cancel at once,
 * and nothing may be sent from within a chunk.
 */
export class Doubts {
  /** True when there is something to tell. */
  some = false;
  readonly #ordinals = new Float64Array(CAPACITY);
  #count = 0;

  add(ordinal: number): void {
    if (this.#count === CAPACITY) return;
    this.#ordinals[this.#count++] = ordinal;
    this.some = true;
  }

  /** @returns how many were told */
  tell(heard: (ordinal: number) => void): number {
    const count = this.#count;
    this.some = false;
    this.#count = 0;
    for (let i = 0; i < count; i++) heard(this.#ordinals[i]);
    return count;
  }
}
