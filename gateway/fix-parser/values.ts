import { MINUS, NINE, POINT, ZERO } from './ascii.ts';

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
  if (value > Number.MAX_SAFE_INTEGER) return invalid(out, slot);
  out[slot] = negative && value !== 0 ? -value : value;
  return status;
}

function invalid(out: Float64Array, slot: number): number {
  out[slot] = Number.NaN;
  return VALUE.invalid;
}

/** UTCTimestamp `YYYYMMDD-HH:MM:SS[.sss…]` as whole milliseconds since 1970; second 60 is a leap second. */
export function parseTimestamp(bytes: Uint8Array, start: number, end: number, out: Float64Array, slot: number): number {
  const length = end - start;
  if (length < 17 || length > 27 || length === 18) return invalid(out, slot);
  const year = digitsAt(bytes, start, 4);
  const month = digitsAt(bytes, start + 4, 2);
  const day = digitsAt(bytes, start + 6, 2);
  const hour = digitsAt(bytes, start + 9, 2);
  const minute = digitsAt(bytes, start + 12, 2);
  const second = digitsAt(bytes, start + 15, 2);
  let ms = 0;
  if (length > 17) {
    for (let at = start + 18; at < end; at++) if (bytes[at] < ZERO || bytes[at] > NINE) return invalid(out, slot);
    for (let i = 0; i < 3; i++) ms = ms * 10 + (start + 18 + i < end ? bytes[start + 18 + i] - ZERO : 0);
  }
  const wellFormed =
    bytes[start + 8] === MINUS &&
    bytes[start + 11] === 58 &&
    bytes[start + 14] === 58 &&
    (length === 17 || bytes[start + 17] === POINT);
  const inRange = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour >= 0 && hour < 24;
  if (!wellFormed || !inRange || minute < 0 || minute > 59 || second < 0 || second > 60) return invalid(out, slot);
  out[slot] = daysSince1970(year, month, day) * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
  return VALUE.ok;
}

/** @returns -1 where a byte is no digit */
function digitsAt(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) {
    const digit = bytes[at + i] - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Proleptic Gregorian calendar, after Howard Hinnant's "chrono-compatible low-level date algorithms". */
export function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** CheckSum(10): the sum of bytes modulo 256. */
export function checksum(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += bytes[i];
  return sum & 0xff;
}
