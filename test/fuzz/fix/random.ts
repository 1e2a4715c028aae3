/** Numbers that look random and come again with the same seed (Mulberry32). */
export class Random {
  #state = 0;

  constructor(seed: number) {
    this.reseed(seed);
  }

  /** @param round numbers of different rounds have nothing to do with each other */
  reseed(seed: number, round = 0): void {
    this.#state = (seed ^ Math.imul(round + 1, 0x9e3779b1)) | 0;
    this.#state = this.word() ^ round;
  }

  /** A whole number from 0 to 2^32 - 1. */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor((this.word() / 4_294_967_296) * limit);
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}
