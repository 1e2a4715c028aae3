import { MINUS, POINT, ZERO } from './ascii.ts';

const POWERS = new Float64Array(16);
for (let i = 0; i < POWERS.length; i++) POWERS[i] = 10 ** i;

/** Digits of a whole number from 0 to 2^53. */
export function digitCount(value: number): number {
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1_000 ? 3 : 4;
  if (value < 100_000_000) return value < 1_000_000 ? (value < 100_000 ? 5 : 6) : value < 10_000_000 ? 7 : 8;
  let count = 9;
  while (count < 16 && value >= POWERS[count]) count++;
  return count;
}

/** Writes exactly `width` digits that end before `end`. @returns the sum of the bytes */
export function writeDigits(bytes: Uint8Array, end: number, value: number, width: number): number {
  let at = end;
  let left = width;
  let sum = 0;
  if (value > 2_147_483_647) {
    const high = Math.floor(value / 1e9);
    let low = (value - high * 1e9) | 0;
    for (let i = 0; i < 9; i++, left--) {
      const rest = (low / 10) | 0;
      const digit = low - rest * 10 + ZERO;
      bytes[--at] = digit;
      sum += digit;
      low = rest;
    }
    return sum + writeDigits(bytes, at, high, left);
  }
  let v = value | 0;
  while (left > 0) {
    const rest = (v / 10) | 0;
    const digit = v - rest * 10 + ZERO;
    bytes[--at] = digit;
    sum += digit;
    v = rest;
    left--;
  }
  return sum;
}

/** True for what `writeScaled` and whole-number slots can carry. */
export function isEncodable(value: number): boolean {
  return value >= -Number.MAX_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER && Math.floor(value) === value;
}

/**
 * Shortest decimal of value / 10^decimals: 3201400 at 4 is `320.14`, never a trailing zero, never an exponent.
 * Filled in by `measure`, then written by `write`; one object, so that nothing is allocated per number.
 */
export class DecimalText {
  width = 0;
  #negative = false;
  #whole = 0;
  #fraction = 0;
  #places = 0;
  #wholeDigits = 0;

  /** @returns the bytes the number takes */
  measure(value: number, decimals: number): number {
    this.#negative = value < 0;
    const magnitude = this.#negative ? -value : value;
    const scale = POWERS[decimals];
    const whole = decimals === 0 ? magnitude : Math.floor(magnitude / scale);
    let fraction = magnitude - whole * scale;
    let places = decimals;
    if (fraction === 0) {
      places = 0;
    } else if (fraction < 2_147_483_647) {
      let short = fraction | 0;
      for (let rest = (short / 10) | 0; rest * 10 === short; rest = (short / 10) | 0) {
        short = rest;
        places--;
      }
      fraction = short;
    } else {
      while (fraction % 10 === 0) {
        fraction /= 10;
        places--;
      }
    }
    this.#whole = whole;
    this.#fraction = fraction;
    this.#places = places;
    this.#wholeDigits = digitCount(whole);
    this.width = this.#wholeDigits + (this.#negative ? 1 : 0) + (places > 0 ? places + 1 : 0);
    return this.width;
  }

  /** @returns the sum of the bytes written at `at` */
  write(bytes: Uint8Array, at: number): number {
    let start = at;
    let sum = 0;
    if (this.#negative) {
      bytes[start++] = MINUS;
      sum += MINUS;
    }
    const wholeEnd = start + this.#wholeDigits;
    sum += writeDigits(bytes, wholeEnd, this.#whole, this.#wholeDigits);
    if (this.#places > 0) {
      bytes[wholeEnd] = POINT;
      sum += POINT + writeDigits(bytes, wholeEnd + 1 + this.#places, this.#fraction, this.#places);
    }
    return sum;
  }
}
