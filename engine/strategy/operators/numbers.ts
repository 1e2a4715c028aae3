/** Where an operator counts: so many doubles of `numbers`, from `at`, all 0 at the beginning. */
export interface Place {
  readonly numbers: Float64Array;
  readonly at: number;
}

/** Each chunk is twice as long as the one before: few strategies need many, and many numbers lie in few. */
const FIRST_CHUNK = 1_024;
const LAST_CHUNK = 1 << 16;
/** What needs more has an array of its own. */
const MOST_SHARED = FIRST_CHUNK / 8;

let chunk = new Float64Array(FIRST_CHUNK);
let used = 0;

/**
 * Operators share arrays: an array for each would be an object of three cache lines beside its numbers, where those of a
 * whole pipeline lie in one or two. A chunk goes when nobody counts in it any more. At set-up: allocates.
 */
export const placeFor = (length: number): Place => {
  if (length > MOST_SHARED) return { numbers: new Float64Array(length), at: 0 };
  if (used + length > chunk.length) {
    chunk = new Float64Array(Math.min(2 * chunk.length, LAST_CHUNK));
    used = 0;
  }
  const at = used;
  used += length;
  return { numbers: chunk, at };
};
