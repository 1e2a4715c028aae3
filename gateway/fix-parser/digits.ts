import { MINUS, POINT, ZERO } from './ascii.ts';

const POWERS = new Float64Array(16);
for (let i = 0; i < POWERS.length; i++) POWERS[i] = 10 ** i;

/** Digits of a whole number from 0 to 2^53. @throws RangeError for any other: its digits would be wrong silently */
export function digitCount(value: number): number {
  if (value >>> 0 !== value) return longDigitCount(value);
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1_000 ? 3 : 4;
  if (value < 100_000_000) return value < 1_000_000 ? (value < 100_000 ? 5 : 6) : value < 10_000_000 ? 7 : 8;
  return value < 1_000_000_000 ? 9 : 10;
}

function longDigitCount(value: number): number {
  if (!(value >= 0 && isEncodable(value))) throw new RangeError(`${value} is no whole number from 0 to 2^53 - 1`);
  let count = 10;
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
  // Two digits a step: half the chain of divisions. (rest * 205) >> 11 is rest / 10 for rest < 100.
  let v = value | 0;
  while (left > 1) {
    const rest = (v / 100) | 0;
    const pair = v - rest * 100;
    const tens = (pair * 205) >> 11;
    const ones = pair - tens * 10;
    bytes[at - 1] = ones + ZERO;
    bytes[at - 2] = tens + ZERO;
    sum += tens + ones + 2 * ZERO;
    at -= 2;
    left -= 2;
    v = rest;
  }
  if (left === 0) return sum;
  bytes[at - 1] = v + ZERO;
  return sum + v + ZERO;
}

/** True for a number that a decimal or whole-number slot can carry. */
export function isEncodable(value: number): boolean {
  return value >= -Number.MAX_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER && Math.floor(value) === value;
}

/**
 * Shortest decimal of value / 10^decimals: 3201400 at 4 is `320.14`, never a trailing zero, never an exponent.
 * Filled in by `measure`, then written by `write`; one object, so that nothing is allocated per number.
 */
export class DecimalText {
  #negative = false;
  #whole = 0;
  #fraction = 0;
  #places = 0;
  #wholeDigits = 0;
  #width = 0;
  /** What was measured last, value and decimals: a fill states one price twice. */
  readonly #last = new Float64Array([Number.NaN, 0]);

  /** @returns the bytes the number takes @throws RangeError where it is no whole number within 2^53, or has more than 15 decimals */
  measure(value: number, decimals: number): number {
    const last = this.#last;
    if (last[0] === value && last[1] === decimals) return this.#width;
    const negative = value < 0;
    const magnitude = negative ? -value : value;
    if ((magnitude | 0) === magnitude && decimals === 4) this.#splitAtFour(magnitude | 0);
    else if (isEncodable(value) && decimals >>> 0 === decimals && decimals < POWERS.length)
      this.#split(magnitude, decimals);
    else throw new RangeError(`${value} with ${decimals} decimals is no number that can be written exactly`);
    last[0] = value;
    last[1] = decimals;
    this.#negative = negative;
    const places = this.#places;
    this.#wholeDigits = digitCount(this.#whole);
    this.#width = this.#wholeDigits + (negative ? 1 : 0) + (places > 0 ? places + 1 : 0);
    return this.#width;
  }

  /** Four places is the scale of nearly every price: divisions by constants are multiplications. */
  #splitAtFour(magnitude: number): void {
    const whole = (magnitude / 10_000) | 0;
    let fraction = magnitude - whole * 10_000;
    let places = 4;
    if (fraction === 0) {
      places = 0;
    } else {
      for (let rest = (fraction / 10) | 0; rest * 10 === fraction; rest = (rest / 10) | 0) {
        fraction = rest;
        places--;
      }
    }
    this.#whole = whole;
    this.#fraction = fraction;
    this.#places = places;
  }

  #split(magnitude: number, decimals: number): void {
    const scale = POWERS[decimals];
    const whole = decimals === 0 ? magnitude : Math.floor(magnitude / scale);
    let fraction = magnitude - whole * scale;
    let places = fraction === 0 ? 0 : decimals;
    while (places > 0 && fraction % 10 === 0) {
      fraction /= 10;
      places--;
    }
    this.#whole = whole;
    this.#fraction = fraction;
    this.#places = places;
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
