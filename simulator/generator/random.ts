/**
 * A seeded generator of pseudo-random numbers (sfc32, Chris Doty-Humphrey's PractRand): the same seed gives the
 * same recording on every machine, which Math.random cannot promise.
 */
export class Random {
  readonly #state = new Uint32Array(4);

  /** @param seed any safe integer; both halves count */
  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed >>> 0;
    state[1] = Math.floor(seed / 2 ** 32) >>> 0;
    state[2] = 0x9e3779b9;
    state[3] = 1;
    // sfc32 needs some rounds until a small seed has spread over all words.
    for (let i = 0; i < 20; i++) this.word();
  }

  /** A uniform unsigned 32-bit word. */
  word(): number {
    const s = this.#state;
    const sum = (s[0] + s[1] + s[3]) >>> 0;
    s[3] = s[3] + 1;
    s[0] = s[1] ^ (s[1] >>> 9);
    s[1] = s[2] + (s[2] << 3);
    s[2] = ((s[2] << 21) | (s[2] >>> 11)) + sum;
    return sum;
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.word() * 2 ** -32;
  }

  /** A uniform integer in [0, bound); bound at most 2^32. */
  below(bound: number): number {
    return Math.floor(this.word() * 2 ** -32 * bound);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.word() * 2 ** -32 < probability;
  }

  /** Exponentially distributed with this mean. */
  exponential(mean: number): number {
    return -Math.log(1 - this.unit()) * mean;
  }

  /** 0, 1, 2 …: the number of successes before the first failure; bounded. */
  geometric(successProbability: number, bound: number): number {
    let n = 0;
    while (n < bound && this.chance(successProbability)) n++;
    return n;
  }
}
