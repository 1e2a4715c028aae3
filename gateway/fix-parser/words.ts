/** Four bytes in one word, lowest first: how values are read, and summed. */
const ONES = 0x01010101;
const HIGH_BITS = -0x7f7f7f80;

/** Every other byte of a word: two sums modulo 256 that do not meet. */
export const EVEN_BYTES = 0x00ff00ff;

/** The high bit of the lowest byte of a word that is SOH, or 0 where none is. */
export function sohIn(word: number): number {
  const other = word ^ ONES;
  const hits = (other - ONES) & ~other & HIGH_BITS;
  return hits & -hits;
}
