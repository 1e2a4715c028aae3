/** Orders that one poll can put in doubt: as many as it may look at while it sends messages again. */
const CAPACITY = 1_024;

/**
 * Requests that were not sent again, told once the chunk they belong to has left: who hears of one may cancel at once,
 * and nothing may be sent from within a chunk.
 */
export class Doubts {
  readonly #ordinals = new Float64Array(CAPACITY);
  #count = 0;

  add(ordinal: number): void {
    if (this.#count < CAPACITY) this.#ordinals[this.#count++] = ordinal;
  }

  /** @returns how many were told */
  tell(heard: (ordinal: number) => void): number {
    const count = this.#count;
    this.#count = 0;
    for (let i = 0; i < count; i++) heard(this.#ordinals[i]);
    return count;
  }

  get some(): boolean {
    return this.#count > 0;
  }
}
