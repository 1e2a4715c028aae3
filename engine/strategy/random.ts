const TWO_TO_32 = 4_294_967_296;

/** splitmix32 over one shared word: small, seeded, the same on every machine. */
export class Random {
  private readonly state = new Uint32Array(1);

  constructor(seed: number) {
    this.state[0] = seed;
  }

  /** The seed of what follows. */
  get place(): number {
    return this.state[0] as number;
  }

  /** Uniform in [0, 1), 32 bits. */
  next(): number {
    this.state[0] = (this.state[0] as number) + 0x9e3779b9;
    let word = this.state[0] as number;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return ((word ^ (word >>> 15)) >>> 0) / TWO_TO_32;
  }
}
