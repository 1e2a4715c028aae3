import { MINUS, POINT, ZERO } from './ascii.ts';

/** How a typed read went. The value is exact only with `ok`. */
export const VALUE = {
  ok: 0,
  absent: 1,
  /** A decimal with more places than asked for: rounded half away from zero. */
  inexact: 2,
  /** Not of the type, or beyond 15 digits. */
  invalid: 3,
} as const;

/** `int` returns this for a value that is no int32. */
export const INVALID_INT = -2_147_483_648;

/** FIX `int`: digits with an optional minus, no plus, no spaces; within int32. */
export function parseInt32(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const negative = at < end && bytes[at] === MINUS;
  if (negative) at++;
  if (at >= end) return INVALID_INT;
  let value = 0;
  for (; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9 || value > 214_748_364) return INVALID_INT;
    value = value * 10 + digit;
    if (value > 2_147_483_647) return INVALID_INT;
  }
  return negative ? -value : value;
}

const POWERS = new Float64Array(23);
for (let i = 0; i < POWERS.length; i++) POWERS[i] = 10 ** i;

/** So many characters hold no number that exceeds an int32. */
const SHORT_BYTES = 9;

/**
 * FIX `float` as an integer of 1/10^decimals, without ever holding a binary fraction.
 * Written into a cell: a function's double result costs a heap number.
 */
export function parseDecimal(
  bytes: Uint8Array,
  start: number,
  end: number,
  decimals: number,
  out: Float64Array,
  slot: number,
): number {
  if (end - start > SHORT_BYTES) return parseLongDecimal(bytes, start, end, decimals, out, slot);
  let value = 0;
  let point = end;
  let at = start;
  for (; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit >>> 0 <= 9) value = value * 10 + digit;
    else if (bytes[at] === POINT && point === end) point = at;
    else break;
  }
  const places = point === end ? 0 : end - point - 1;
  const scaled = value * POWERS[decimals - places];
  // Signs, digits beyond the scale and what is no number are looked at again, with more patience.
  if (at < end || end - start === (point === end ? 0 : 1) || !(scaled <= Number.MAX_SAFE_INTEGER)) {
    return parseLongDecimal(bytes, start, end, decimals, out, slot);
  }
  out[slot] = scaled;
  return VALUE.ok;
}

function parseLongDecimal(
  bytes: Uint8Array,
  start: number,
  end: number,
  decimals: number,
  out: Float64Array,
  slot: number,
): number {
  let at = start;
  const negative = at < end && bytes[at] === MINUS;
  if (negative) at++;
  let value = 0;
  let digits = 0;
  let places = -1;
  let roundUp = 0;
  let status: number = VALUE.ok;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === POINT && places < 0) {
      places = 0;
      continue;
    }
    const digit = byte - ZERO;
    if (digit < 0 || digit > 9) return invalid(out, slot);
    digits++;
    if (places >= decimals) {
      // Beyond the scale: zeros change nothing, the first other digit decides the rounding.
      if (places === decimals && digit >= 5) roundUp = 1;
      if (digit !== 0) status = VALUE.inexact;
      places++;
      continue;
    }
    if (places >= 0) places++;
    value = value * 10 + digit;
    if (value >= 1e15) return invalid(out, slot);
  }
  if (digits === 0) return invalid(out, slot);
  const missing = places < 0 ? decimals : places < decimals ? decimals - places : 0;
  value = value * POWERS[missing] + roundUp;
  // Not a number where there are more decimals than any number can have.
  if (!(value <= Number.MAX_SAFE_INTEGER)) return invalid(out, slot);
  out[slot] = negative && value !== 0 ? -value : value;
  return status;
}

function invalid(out: Float64Array, slot: number): number {
  out[slot] = Number.NaN;
  return VALUE.invalid;
}

/** CheckSum(10): the sum of bytes modulo 256. */
export function checksum(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += bytes[i];
  return sum & 0xff;
}
