import { MINUS, NINE, POINT, ZERO } from './ascii.ts';
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

/** Up to nine places; the ranges of the parts are right, the length of the month is not looked up. */
function isTimestamp(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < 17 || length > 27 || length === 18) return false;
  for (let at = start; at < end; at++) {
    const offset = at - start;
    if (offset === 8 || offset === 11 || offset === 14 || offset === 17) continue;
    if (bytes[at] < ZERO || bytes[at] > NINE) return false;
  }
  if (bytes[start + 8] !== MINUS || bytes[start + 11] !== COLON || bytes[start + 14] !== COLON) return false;
  if (length > 17 && bytes[start + 17] !== POINT) return false;
  const month = pairAt(bytes, start + 4);
  const day = pairAt(bytes, start + 6);
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 31 &&
    yearAt(bytes, start) >= 1 &&
    pairAt(bytes, start + 9) < 24 &&
    pairAt(bytes, start + 12) < 60 &&
    pairAt(bytes, start + 15) <= 60
  );
}

const pairAt = (bytes: Uint8Array, at: number): number => bytes[at] * 10 + bytes[at + 1] - 11 * ZERO;
const yearAt = (bytes: Uint8Array, at: number): number => pairAt(bytes, at) * 100 + pairAt(bytes, at + 2);
const dayAt = (bytes: Uint8Array, at: number): number =>
  daysSince1970(yearAt(bytes, at), pairAt(bytes, at + 4), pairAt(bytes, at + 6));
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
