/**
 * When each order arrived, by its ordinal, in bounded memory: an ordinal's place is its remainder, and a later one
 * takes the place of one so much earlier that nobody joins it any more.
 */
export class ArrivalLog {
  /** Arrivals written down. */
  count = 0;
  readonly #capacity: number;
  readonly #ordinals: Float64Array;
  readonly #arrivalNs: Float64Array;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#ordinals = new Float64Array(capacity).fill(-1);
    this.#arrivalNs = new Float64Array(capacity);
  }

  /** @param ordinal -1 for an order without one: not kept */
  add(ordinal: number, arrivalNs: number): void {
    if (ordinal < 0) return;
    const place = ordinal % this.#capacity;
    this.#ordinals[place] = ordinal;
    this.#arrivalNs[place] = arrivalNs;
    this.count++;
  }

  /** CLOCK_MONOTONIC ns; NaN when unknown. */
  arrivalNs(ordinal: number): number {
    const place = ordinal % this.#capacity;
    return this.#ordinals[place] === ordinal ? this.#arrivalNs[place] : Number.NaN;
  }

  /**
   * Wire-to-wire latencies in ns: from the intended send time of the packet that caused an order to its arrival.
   * @param pairs (ordinal, sequence number of the causing message) … @returns one for each pair, NaN where unknown
   */
  join(pairs: ArrayLike<number>, intendedNs: (sequence: number) => number): Float64Array {
    const latencies = new Float64Array(pairs.length >> 1);
    for (let i = 0; i < latencies.length; i++) {
      const [ordinal, sequence] = [pairs[2 * i], pairs[2 * i + 1]];
      const known = Number.isSafeInteger(ordinal) && Number.isSafeInteger(sequence) && sequence >= 0;
      latencies[i] = known ? this.arrivalNs(ordinal) - intendedNs(sequence) : Number.NaN;
    }
    return latencies;
  }
}
