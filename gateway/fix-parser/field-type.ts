import { MINUS, NINE, POINT, ZERO } from './ascii.ts';
import { daysOfMonth, parseTimestamp } from './timestamp.ts';
import { INVALID_INT, parseInt32, VALUE } from './values.ts';

/** Types of fields by how their values are checked; what is text for every check is `text`. */
export const FIELD_TYPE = {
  text: 0,
  char: 1,
  boolean: 2,
  int: 3,
  float: 4,
  data: 5,
  utcTimestamp: 6,
  utcTimeOnly: 7,
  date: 8,
  monthYear: 9,
  dayOfMonth: 10,
  numInGroup: 11,
  length: 12,
  /** Words between single spaces, each checked on its own. */
  words: 13,
  /** The same, with words of one character. */
  chars: 14,
} as const;

const OF_NAME: Readonly<Record<string, number>> = {
  CHAR: FIELD_TYPE.char,
  BOOLEAN: FIELD_TYPE.boolean,
  INT: FIELD_TYPE.int,
  SEQNUM: FIELD_TYPE.int,
  TAGNUM: FIELD_TYPE.int,
  LENGTH: FIELD_TYPE.length,
  NUMINGROUP: FIELD_TYPE.numInGroup,
  FLOAT: FIELD_TYPE.float,
  QTY: FIELD_TYPE.float,
  QUANTITY: FIELD_TYPE.float,
  PRICE: FIELD_TYPE.float,
  PRICEOFFSET: FIELD_TYPE.float,
  AMT: FIELD_TYPE.float,
  PERCENTAGE: FIELD_TYPE.float,
  DATA: FIELD_TYPE.data,
  XMLDATA: FIELD_TYPE.data,
  UTCTIMESTAMP: FIELD_TYPE.utcTimestamp,
  TIME: FIELD_TYPE.utcTimestamp,
  UTCTIMEONLY: FIELD_TYPE.utcTimeOnly,
  UTCDATE: FIELD_TYPE.date,
  UTCDATEONLY: FIELD_TYPE.date,
  LOCALMKTDATE: FIELD_TYPE.date,
  DATE: FIELD_TYPE.date,
  MONTHYEAR: FIELD_TYPE.monthYear,
  DAYOFMONTH: FIELD_TYPE.dayOfMonth,
  MULTIPLEVALUESTRING: FIELD_TYPE.words,
  MULTIPLESTRINGVALUE: FIELD_TYPE.words,
  MULTIPLECHARVALUE: FIELD_TYPE.chars,
};

/** One of FIELD_TYPE. @param name as the version spells it, in capitals; an unknown type is text */
export function fieldType(name: string, version: string): number {
  // FIX 4.0 and 4.1 say CHAR where later versions say String.
  if (name === 'CHAR' && (version === 'FIX.4.0' || version === 'FIX.4.1')) return FIELD_TYPE.text;
  return OF_NAME[name] ?? FIELD_TYPE.text;
}

const YES = 89;
const NO = 78;
const COLON = 58;
const SPACE = 32;
const scratch = new Float64Array(1);

/** True where a value that is not empty has the form of its type. Text and data have any form. */
export function isWellFormed(type: number, bytes: Uint8Array, start: number, end: number): boolean {
  switch (type) {
    case FIELD_TYPE.char:
      return end - start === 1;
    case FIELD_TYPE.boolean:
      return end - start === 1 && (bytes[start] === YES || bytes[start] === NO);
    case FIELD_TYPE.int:
    case FIELD_TYPE.numInGroup:
    case FIELD_TYPE.length:
      return areDigits(bytes, bytes[start] === MINUS ? start + 1 : start, end);
    case FIELD_TYPE.float:
      return isFloat(bytes, bytes[start] === MINUS ? start + 1 : start, end);
    case FIELD_TYPE.utcTimestamp:
      return parseTimestamp(bytes, start, end, scratch, 0) === VALUE.ok;
    case FIELD_TYPE.utcTimeOnly:
      return isTime(bytes, start, end);
    case FIELD_TYPE.date:
      return end - start === 8 && isDate(bytes, start);
    case FIELD_TYPE.monthYear:
      return isMonthYear(bytes, start, end);
    case FIELD_TYPE.dayOfMonth:
      return isBetween(bytes, start, end, 1, 31);
    case FIELD_TYPE.chars:
      return areSingleCharacters(bytes, start, end);
    default:
      return true;
  }
}

function areDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] < ZERO || bytes[at] > NINE) return false;
  return start < end;
}

/** Digits with at most one point; no sign but a minus, no exponent. */
function isFloat(bytes: Uint8Array, start: number, end: number): boolean {
  let points = 0;
  for (let at = start; at < end; at++) {
    if (bytes[at] === POINT) points++;
    else if (bytes[at] < ZERO || bytes[at] > NINE) return false;
  }
  return points < 2 && end - start > points;
}

function isBetween(bytes: Uint8Array, start: number, end: number, least: number, most: number): boolean {
  const value = areDigits(bytes, start, end) ? parseInt32(bytes, start, end) : INVALID_INT;
  return value >= least && value <= most;
}

/** YYYYMMDD, a day of the calendar. */
function isDate(bytes: Uint8Array, start: number): boolean {
  if (!areDigits(bytes, start, start + 8) || !isBetween(bytes, start + 4, start + 6, 1, 12)) return false;
  const days = daysOfMonth(parseInt32(bytes, start, start + 4), parseInt32(bytes, start + 4, start + 6));
  return isBetween(bytes, start + 6, start + 8, 1, days);
}

/** YYYYMM, YYYYMMDD, or YYYYMMw1 to w5. */
function isMonthYear(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length === 8 && bytes[start + 6] !== 119) return isDate(bytes, start);
  if (length !== 6 && length !== 8) return false;
  if (!areDigits(bytes, start, start + 6) || !isBetween(bytes, start + 4, start + 6, 1, 12)) return false;
  return length === 6 || isBetween(bytes, start + 7, end, 1, 5);
}

/** HH:MM:SS with up to nine places; second 60 is a leap second. */
function isTime(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < 8 || length > 18 || length === 9) return false;
  return (
    isBetween(bytes, start, start + 2, 0, 23) &&
    bytes[start + 2] === COLON &&
    isBetween(bytes, start + 3, start + 5, 0, 59) &&
    bytes[start + 5] === COLON &&
    isBetween(bytes, start + 6, start + 8, 0, 60) &&
    (length === 8 || (bytes[start + 8] === POINT && areDigits(bytes, start + 9, end)))
  );
}

function areSingleCharacters(bytes: Uint8Array, start: number, end: number): boolean {
  if ((end - start) % 2 === 0) return false;
  for (let at = start + 1; at < end; at += 2) if (bytes[at] !== SPACE) return false;
  return true;
}
