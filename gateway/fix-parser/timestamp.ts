import { MINUS, POINT, ZERO } from './ascii.ts';
import { VALUE } from './values.ts';

const COLON = 58;
const DAY_MS = 86_400_000;

/** UTCTimestamp `YYYYMMDD-HH:MM:SS[.s…]` as whole milliseconds since 1970; second 60 is a leap second. @returns one of VALUE */
export function parseTimestamp(bytes: Uint8Array, start: number, end: number, out: Float64Array, slot: number): number {
  if (!isTimestamp(bytes, start, end)) {
    out[slot] = Number.NaN;
    return VALUE.invalid;
  }
  out[slot] = dayAt(bytes, start) * DAY_MS + secondOfDayAt(bytes, start) * 1_000 + fractionAt(bytes, start, end, 3);
  return VALUE.ok;
}

/**
 * The same to the nanosecond, exactly: days since 1970 in out[slot], nanoseconds of the day in out[slot + 1].
 * (Nanoseconds since 1970 do not fit a double.) NaN in both where the text is no timestamp. @returns one of VALUE
 */
export function parseTimestampNs(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Float64Array,
  slot: number,
): number {
  if (!isTimestamp(bytes, start, end)) {
    out[slot] = Number.NaN;
    out[slot + 1] = Number.NaN;
    return VALUE.invalid;
  }
  out[slot] = dayAt(bytes, start);
  out[slot + 1] = secondOfDayAt(bytes, start) * 1e9 + fractionAt(bytes, start, end, 9);
  return VALUE.ok;
}

/** Up to nine places; a day of the calendar and a time of the day. */
function isTimestamp(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < 17 || length > 27 || length === 18) return false;
  const century = pairAt(bytes, start);
  const year = pairAt(bytes, start + 2);
  const month = pairAt(bytes, start + 4);
  const day = pairAt(bytes, start + 6);
  const hour = pairAt(bytes, start + 9);
  const minute = pairAt(bytes, start + 12);
  const second = pairAt(bytes, start + 15);
  // A pair that is no number is negative, and with it all of them together.
  if ((century | year | month | day | hour | minute | second) < 0) return false;
  if (bytes[start + 8] !== MINUS || bytes[start + 11] !== COLON || bytes[start + 14] !== COLON) return false;
  if (month < 1 || month > 12 || day < 1 || day > 31 || century + year === 0) return false;
  if (day > 28 && day > daysOfMonth(century * 100 + year, month)) return false;
  if (hour > 23 || minute > 59 || second > 60) return false;
  if (length === 17) return true;
  if (bytes[start + 17] !== POINT) return false;
  for (let at = start + 18; at < end; at++) if ((bytes[at] - ZERO) >>> 0 > 9) return false;
  return true;
}

/** Two digits, or -1. */
function pairAt(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] - ZERO;
  const ones = bytes[at + 1] - ZERO;
  return tens >>> 0 > 9 || ones >>> 0 > 9 ? -1 : tens * 10 + ones;
}

const dayAt = (bytes: Uint8Array, at: number): number =>
  daysSince1970(pairAt(bytes, at) * 100 + pairAt(bytes, at + 2), pairAt(bytes, at + 4), pairAt(bytes, at + 6));
const secondOfDayAt = (bytes: Uint8Array, at: number): number =>
  (pairAt(bytes, at + 9) * 60 + pairAt(bytes, at + 12)) * 60 + pairAt(bytes, at + 15);

/** The places behind the point as a whole number of `places` digits; further ones are cut off. */
function fractionAt(bytes: Uint8Array, start: number, end: number, places: number): number {
  let fraction = 0;
  for (let i = 0; i < places; i++) {
    const at = start + 18 + i;
    fraction = fraction * 10 + (at < end ? bytes[at] - ZERO : 0);
  }
  return fraction;
}

/** @param month 1 to 12 */
export function daysOfMonth(year: number, month: number): number {
  if (month !== 2) return 30 + ((month + (month >> 3)) & 1);
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Proleptic Gregorian calendar, after Howard Hinnant's "chrono-compatible low-level date algorithms"; years 1 to 9999. */
export function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const century = (y / 100) | 0;
  const dayOfYear = (((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) | 0) + day - 1;
  return y * 365 + ((y / 4) | 0) - century + (century >> 2) + dayOfYear - 719_468;
}
