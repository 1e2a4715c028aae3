import { asciiText, EQUALS, MINUS, SOH, YES, ZERO } from './ascii.ts';
import { type MsgTypeCode, msgTypeAt } from './msg-types.ts';
import { DATA_FIELD_OF, TAG, TAG_TABLE_SIZE } from './tags.ts';
import { parseTimestamp } from './timestamp.ts';
import { INVALID_INT, parseDecimal, parseInt32, VALUE } from './values.ts';

/** What `FixMessage.parse` returns. Anything but `ok` is a garbled message: ignore it. */
export const PARSE = {
  ok: 0,
  /** A tag is no number, a field has no `=`, or a data field's length is wrong. */
  malformed: 1,
  checksum: 2,
  /** BeginString, BodyLength and MsgType are not the first three fields. */
  header: 3,
  tooManyFields: 4,
} as const;

const TRAILER_BYTES = 7;
const MAX_TAG = 99_999_999;
const NO_TAG = -2_147_483_648;

/**
 * One message, parsed in place: an index of its fields over somebody else's bytes, reused for every message.
 * Borrowed: valid until the bytes move or `parse` is called again. Values are read by tag, on demand.
 *
 *   fields: Int32Array   ┌ tag │ start of value │ end of value ┐ × count      (CheckSum is not among them)
 */
export class FixMessage {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  count = 0;
  msgType: MsgTypeCode = 0;
  /** First tag that is zero or negative, else INT_MIN; first tag without a value, first tag seen twice, else 0. */
  invalidTag: number = INVALID_INT;
  emptyTag = 0;
  repeatedTag = 0;
  readonly #fields: Int32Array;
  readonly #maxFields: number;
  /** #place[tag] - #base is the field's index when it is not negative: no clearing between messages. */
  readonly #place = new Int32Array(TAG_TABLE_SIZE);
  #base = 1;

  constructor(maxFields = 256) {
    this.#maxFields = maxFields;
    this.#fields = new Int32Array(maxFields * 3);
  }

  /** Indexes bytes[start, end), one frame as `Framer` cut it, and verifies its CheckSum. @returns one of PARSE */
  parse(bytes: Uint8Array, start: number, end: number): number {
    const fields = this.#fields;
    const place = this.#place;
    this.#base += this.#maxFields;
    if (this.#base > 2_000_000_000) {
      place.fill(0);
      this.#base = 1;
    }
    const base = this.#base;
    const last = this.#maxFields * 3;
    const bodyEnd = end - TRAILER_BYTES;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.invalidTag = INVALID_INT;
    this.emptyTag = 0;
    this.repeatedTag = 0;
    this.count = 0;
    let sum = 0;
    let slot = 0;
    let count = 0;
    let dataTag = 0;
    let dataLength = 0;
    let at = start;
    // The byte before bodyEnd is SOH (the framer looked), so neither inner loop can run past it.
    while (at < bodyEnd) {
      if (slot === last) return PARSE.tooManyFields;
      const tagStart = at;
      // Nearly every tag has one to three digits: read straight, without a loop.
      let byte = bytes[at];
      let tag = byte - ZERO;
      let next = bytes[at + 1];
      if (tag >>> 0 > 9) {
        tag = this.#longTag(bytes, tagStart);
      } else if (next === EQUALS) {
        sum += byte;
        at += 2;
      } else {
        sum += byte + next;
        tag = tag * 10 + next - ZERO;
        byte = bytes[at + 2];
        if ((next - ZERO) >>> 0 > 9) {
          tag = NO_TAG;
        } else if (byte === EQUALS) {
          at += 3;
        } else {
          next = bytes[at + 3];
          sum += byte;
          tag = tag * 10 + byte - ZERO;
          if ((byte - ZERO) >>> 0 > 9) {
            tag = NO_TAG;
          } else if (next === EQUALS) {
            at += 4;
          } else {
            tag = this.#longTag(bytes, tagStart);
            sum -= bytes[at] + bytes[at + 1] + bytes[at + 2];
          }
        }
      }
      if (at === tagStart) {
        if (tag === NO_TAG) return PARSE.malformed;
        while (bytes[at] !== EQUALS) sum += bytes[at++];
        at++;
      }
      sum += EQUALS + SOH;
      const valueStart = at;
      if (dataTag !== 0 && tag === dataTag) {
        const dataEnd = at + dataLength;
        if (dataEnd >= bodyEnd || bytes[dataEnd] !== SOH) return PARSE.malformed;
        while (at < dataEnd) sum += bytes[at++];
        at++;
      } else {
        byte = bytes[at++];
        while (byte !== SOH) {
          sum += byte;
          byte = bytes[at++];
        }
      }
      fields[slot] = tag;
      fields[slot + 1] = valueStart;
      fields[slot + 2] = at - 1;
      dataTag = 0;
      if (at - 1 === valueStart && this.emptyTag === 0) this.emptyTag = tag;
      if (tag < TAG_TABLE_SIZE) {
        if (tag <= 0) {
          if (this.invalidTag === INVALID_INT) this.invalidTag = tag;
        } else {
          if (place[tag] < base) place[tag] = base + count;
          else if (this.repeatedTag === 0) this.repeatedTag = tag;
          if (DATA_FIELD_OF[tag] !== 0) {
            dataTag = DATA_FIELD_OF[tag];
            dataLength = parseInt32(bytes, valueStart, at - 1);
            if (dataLength < 0) dataTag = 0;
          }
        }
      }
      slot += 3;
      count++;
    }
    this.count = count;
    const stated = (bytes[bodyEnd + 3] - ZERO) * 100 + (bytes[bodyEnd + 4] - ZERO) * 10 + bytes[bodyEnd + 5] - ZERO;
    if ((sum & 0xff) !== stated) return PARSE.checksum;
    if (slot < 9 || fields[0] !== TAG.BeginString || fields[3] !== TAG.BodyLength || fields[6] !== TAG.MsgType) {
      return PARSE.header;
    }
    const typeStart = fields[7];
    const typeLength = fields[8] - typeStart;
    this.msgType = typeLength === 1 ? bytes[typeStart] : msgTypeAt(bytes, typeStart, typeLength);
    return PARSE.ok;
  }

  /** A tag of four digits and more, or a signed one. @returns NO_TAG where it is none */
  #longTag(bytes: Uint8Array, start: number): number {
    // QuickFIX's definitions read tags as signed: -1 is an invalid tag, not garbage.
    const negative = bytes[start] === MINUS;
    let at = negative ? start + 1 : start;
    let tag = 0;
    for (; bytes[at] !== EQUALS; at++) {
      const digit = bytes[at] - ZERO;
      if (digit < 0 || digit > 9 || tag > MAX_TAG) return NO_TAG;
      tag = tag * 10 + digit;
    }
    if (at === (negative ? start + 1 : start)) return NO_TAG;
    return negative ? -tag : tag;
  }

  /** Index of the first field with this tag, or -1. */
  indexOf(tag: number): number {
    if (tag > 0 && tag < TAG_TABLE_SIZE) {
      const index = this.#place[tag] - this.#base;
      return index >= 0 ? index : -1;
    }
    return this.nextIndexOf(tag, 0);
  }

  /** Index of the first field with this tag at or behind `from`, or -1: how repeating groups are walked. */
  nextIndexOf(tag: number, from: number): number {
    const fields = this.#fields;
    for (let i = from; i < this.count; i++) if (fields[i * 3] === tag) return i;
    return -1;
  }

  has(tag: number): boolean {
    return this.indexOf(tag) >= 0;
  }

  tagAt(index: number): number {
    return this.#fields[index * 3];
  }

  /** Where the value lies in `bytes`. */
  startAt(index: number): number {
    return this.#fields[index * 3 + 1];
  }

  endAt(index: number): number {
    return this.#fields[index * 3 + 2];
  }

  /** The field as an int32; `absent` where there is none, INVALID_INT where it is no int32. */
  int(tag: number, absent: number): number {
    const index = this.indexOf(tag);
    return index < 0 ? absent : parseInt32(this.bytes, this.#fields[index * 3 + 1], this.#fields[index * 3 + 2]);
  }

  /** ASCII code of a one-character field; 0 where it is absent or longer. */
  char(tag: number): number {
    const index = this.indexOf(tag);
    if (index < 0) return 0;
    const start = this.#fields[index * 3 + 1];
    return this.#fields[index * 3 + 2] - start === 1 ? this.bytes[start] : 0;
  }

  /** True where a Boolean field is Y. */
  flag(tag: number): boolean {
    return this.char(tag) === YES;
  }

  /** Writes the decimal times 10^decimals into out[slot], NaN where absent or invalid. @returns one of VALUE */
  decimal(tag: number, decimals: number, out: Float64Array, slot: number): number {
    const index = this.indexOf(tag);
    if (index < 0) {
      out[slot] = Number.NaN;
      return VALUE.absent;
    }
    return parseDecimal(this.bytes, this.#fields[index * 3 + 1], this.#fields[index * 3 + 2], decimals, out, slot);
  }

  /** Writes a UTCTimestamp in ms since 1970 into out[slot], NaN where absent or invalid. @returns one of VALUE */
  timestamp(tag: number, out: Float64Array, slot: number): number {
    const index = this.indexOf(tag);
    if (index < 0) {
      out[slot] = Number.NaN;
      return VALUE.absent;
    }
    return parseTimestamp(this.bytes, this.#fields[index * 3 + 1], this.#fields[index * 3 + 2], out, slot);
  }

  /** True where the field is present and has exactly these bytes. */
  equals(tag: number, expected: Uint8Array): boolean {
    const index = this.indexOf(tag);
    if (index < 0) return false;
    const start = this.#fields[index * 3 + 1];
    if (this.#fields[index * 3 + 2] - start !== expected.length) return false;
    const bytes = this.bytes;
    for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return false;
    return true;
  }

  /** The value as text, '' where absent; allocates. */
  text(tag: number): string {
    const index = this.indexOf(tag);
    return index < 0 ? '' : asciiText(this.bytes, this.startAt(index), this.endAt(index));
  }
}
