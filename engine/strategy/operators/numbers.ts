/** Where an operator counts: so many doubles of `numbers`, from `at`, all 0 at the beginning. */
export interface Place {
  readonly numbers: Float64Array;
  readonly at: number;
}

const CHUNK = 1_024;
/** What needs more has an array of its own. */
const MOST_SHARED = CHUNK / 8;

let chunk = new Float64Array(CHUNK);
let used = 0;

/**
 * Operators share arrays: an array for each would be an object of three cache lines beside its numbers, where those of a
 * whole pipeline lie in one or two. A chunk goes when nobody counts in it any more. At set-up: allocates.
 */
export const placeFor = (length: number): Place => {
  if (length > MOST_SHARED) return { numbers: new Float64Array(length), at: 0 };
  if (used + length > CHUNK) {
    chunk = new Float64Array(CHUNK);
    used = 0;
  }
  const at = used;
  used += length;
  return { numbers: chunk, at };
};
