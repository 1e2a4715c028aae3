import { EQUALS, MINUS, SOH, YES, ZERO } from './ascii.ts';
import { DataFieldPairs, STANDARD_DATA_FIELDS } from './data-fields.ts';
import { FarPlaces } from './far-places.ts';
import { FieldValues } from './field-values.ts';
import { TRAILER_BYTES } from './frame-layout.ts';
import { type MsgTypeCode, msgTypeAt } from './msg-types.ts';
import { TAG, TAG_TABLE_SIZE } from './tags.ts';
import { checksum, INVALID_INT, parseInt32 } from './values.ts';
import { EVEN_BYTES, sohIn } from './words.ts';

/** What `FixMessage.parse` returns. Anything but `ok` is a garbled message: ignore it. */
export const PARSE = {
  ok: 0,
  /** A tag is no number, a field has no `=`, or a data field's length is wrong. */
  malformed: 1,
  checksum: 2,
  /** BeginString, BodyLength and MsgType are not the first three fields. */
  header: 3,
  tooManyFields: 4,
  /** Fields do not come in the order that a StrictReader was told. */
  order: 5,
} as const;

/** `1=` and SOH: no field is shorter. */
const MIN_FIELD_BYTES = 3;
const MAX_TAG = 99_999_999;
const NO_TAG = -2_147_483_648;

export interface FixMessageOptions {
  /** A message of this size always fits, however many fields it has. */
  readonly maxMessageBytes?: number | undefined;
  /** Most fields of a message, where that shall be fewer than fit its bytes. */
  readonly maxFields?: number | undefined;
  /** Length fields with their data fields beside those of all versions of FIX: `Dictionary.dataFields`. */
  readonly dataFields?: Iterable<readonly [lengthTag: number, dataTag: number]>;
}

export const DEFAULT_MAX_MESSAGE_BYTES = 8_192;

/**
 * One message, parsed in place: an index of its fields over somebody else's bytes, reused for every message.
 * Borrowed: valid until the bytes move or `parse` is called again. Values are read by tag, on demand.
 * CheckSum is not among the fields.
 */
export class FixMessage extends FieldValues {
  start = 0;
  end = 0;
  count = 0;
  msgType: MsgTypeCode = 0;
  /** First tag that is zero or negative, else INT_MIN; first tag without a value, first tag seen twice, else 0. */
  invalidTag: number = INVALID_INT;
  emptyTag = 0;
  repeatedTag = 0;
  /** #place[tag] - #base is the field's index when it is not negative: no clearing between messages. */
  readonly #place = new Int32Array(TAG_TABLE_SIZE);
  #base = 1;
  /** At least as many as the last message's fields. */
  #span = 0;
  /** The same for tags beyond that table. */
  readonly #far: FarPlaces;
  readonly #dataFields: DataFieldPairs;

  constructor(options: FixMessageOptions = {}) {
    const inBytes = Math.ceil((options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES) / MIN_FIELD_BYTES);
    const maxFields = options.maxFields ?? inBytes;
    super(maxFields);
    this.#far = new FarPlaces(this.fields);
    this.#dataFields = options.dataFields === undefined ? STANDARD_DATA_FIELDS : new DataFieldPairs(options.dataFields);
  }

  /** Indexes bytes[start, end), one frame as `Framer` cut it, and verifies its CheckSum. @returns one of PARSE */
  parse(bytes: Uint8Array, start: number, end: number): number {
    if (bytes !== this.bytes) this.look(bytes);
    this.start = start;
    this.end = end;
    this.invalidTag = INVALID_INT;
    this.emptyTag = 0;
    this.repeatedTag = 0;
    this.count = 0;
    const base = this.#nextBase(end - start);
    const view = this.view;
    const fields = this.fields;
    const place = this.#place;
    const dataFieldOf = this.#dataFields.near;
    const last = fields.length;
    const bodyEnd = end - TRAILER_BYTES;
    // With this SOH, and seven bytes behind it, no read below can leave the frame.
    if (start < 0 || end > bytes.length || bodyEnd <= start || bytes[bodyEnd - 1] !== SOH) return PARSE.malformed;
    let sums = 0;
    let slot = 0;
    let count = 0;
    let dataTag = 0;
    let dataLength = 0;
    let at = start;
    while (at < bodyEnd) {
      if (slot === last) return PARSE.tooManyFields;
      // Nearly every tag has one to three digits: read straight, without a loop.
      const first = bytes[at] - ZERO;
      const second = bytes[at + 1] - ZERO;
      const third = bytes[at + 2] - ZERO;
      let tag = NO_TAG;
      if (first >>> 0 <= 9) {
        if (second === EQUALS - ZERO) {
          tag = first;
          sums += first + ZERO + EQUALS;
          at += 2;
        } else if (second >>> 0 <= 9) {
          if (third === EQUALS - ZERO) {
            tag = first * 10 + second;
            sums += first + second + 2 * ZERO + EQUALS;
            at += 3;
          } else if (third >>> 0 <= 9 && bytes[at + 3] === EQUALS) {
            tag = first * 100 + second * 10 + third;
            sums += first + second + third + 3 * ZERO + EQUALS;
            at += 4;
          }
        }
      }
      if (tag === NO_TAG) {
        tag = this.#longTag(bytes, at);
        if (tag === NO_TAG) return PARSE.malformed;
        while (bytes[at] !== EQUALS) sums += bytes[at++];
        sums += EQUALS;
        at++;
      }
      const valueStart = at;
      if (dataTag !== 0 && tag === dataTag) {
        const dataEnd = at + dataLength;
        if (dataEnd >= bodyEnd || bytes[dataEnd] !== SOH) return PARSE.malformed;
        sums = (sums + checksum(bytes, at, dataEnd + 1)) & EVEN_BYTES;
        at = dataEnd + 1;
      } else {
        let word = view.getInt32(at, true);
        let soh = sohIn(word);
        while (soh === 0) {
          sums = (sums + (word & EVEN_BYTES) + ((word >>> 8) & EVEN_BYTES)) & EVEN_BYTES;
          at += 4;
          word = view.getInt32(at, true);
          soh = sohIn(word);
        }
        word &= soh ^ (soh - 1);
        sums = (sums + (word & EVEN_BYTES) + ((word >>> 8) & EVEN_BYTES)) & EVEN_BYTES;
        at += (32 - Math.clz32(soh)) >>> 3;
      }
      fields[slot] = tag;
      fields[slot + 1] = valueStart;
      fields[slot + 2] = at - 1;
      dataTag = 0;
      if (at - 1 === valueStart && this.emptyTag === 0) this.emptyTag = tag;
      if (tag >>> 0 < TAG_TABLE_SIZE && tag !== 0) {
        if (place[tag] < base) place[tag] = base + count;
        else if (this.repeatedTag === 0) this.repeatedTag = tag;
        dataTag = dataFieldOf[tag];
      } else if (tag > 0) {
        if (this.#far.add(tag, count, base) < count && this.repeatedTag === 0) this.repeatedTag = tag;
        dataTag = this.#dataFields.dataTagOf(tag);
      } else if (this.invalidTag === INVALID_INT) {
        this.invalidTag = tag;
      }
      if (dataTag !== 0) {
        dataLength = parseInt32(bytes, valueStart, at - 1);
        if (dataLength < 0) dataTag = 0;
      }
      slot += 3;
      count++;
    }
    this.count = count;
    const stated = (bytes[bodyEnd + 3] - ZERO) * 100 + (bytes[bodyEnd + 4] - ZERO) * 10 + bytes[bodyEnd + 5] - ZERO;
    if (((sums + (sums >>> 16)) & 0xff) !== stated) return PARSE.checksum;
    if (slot < 9 || fields[0] !== TAG.BeginString || fields[3] !== TAG.BodyLength || fields[6] !== TAG.MsgType) {
      return PARSE.header;
    }
    const typeStart = fields[7];
    const typeLength = fields[8] - typeStart;
    this.msgType = typeLength === 1 ? bytes[typeStart] : msgTypeAt(bytes, typeStart, typeLength);
    return PARSE.ok;
  }

  /** Leaves every place of the last message behind. */
  #nextBase(messageBytes: number): number {
    this.#base += this.#span;
    this.#span = Math.min((messageBytes / MIN_FIELD_BYTES) | 0, this.fields.length) + 1;
    if (this.#base > 2_000_000_000) {
      this.#place.fill(0);
      this.#far.clear();
      this.#base = 1;
    }
    return this.#base;
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
    return tag > 0 ? this.#far.indexOf(tag, this.#base) : this.nextIndexOf(tag, 0);
  }

  /** Index of the first field with this tag at or behind `from`, or -1: how repeating groups are walked. */
  nextIndexOf(tag: number, from: number): number {
    const fields = this.fields;
    for (let i = from; i < this.count; i++) if (fields[i * 3] === tag) return i;
    return -1;
  }

  has(tag: number): boolean {
    return this.indexOf(tag) >= 0;
  }

  /** The field as an int32; `absent` where there is none, INVALID_INT where it is no int32. */
  int(tag: number, absent: number): number {
    return this.intAt(this.indexOf(tag), absent);
  }

  /** ASCII code of a one-character field; 0 where it is absent or longer. */
  char(tag: number): number {
    return this.charAt(this.indexOf(tag));
  }

  /** True where a Boolean field is Y. */
  flag(tag: number): boolean {
    return this.charAt(this.indexOf(tag)) === YES;
  }

  /** Writes the decimal times 10^decimals into out[slot], NaN where absent or invalid. @returns one of VALUE */
  decimal(tag: number, decimals: number, out: Float64Array, slot: number): number {
    return this.decimalAt(this.indexOf(tag), decimals, out, slot);
  }

  /** Writes a UTCTimestamp in ms since 1970 into out[slot], NaN where absent or invalid. @returns one of VALUE */
  timestamp(tag: number, out: Float64Array, slot: number): number {
    return this.timestampAt(this.indexOf(tag), out, slot);
  }

  /**
   * Writes a UTCTimestamp to the nanosecond: days since 1970 into out[slot], ns of the day into out[slot + 1]; NaN where
   * absent or invalid. @returns one of VALUE
   */
  timestampNs(tag: number, out: Float64Array, slot: number): number {
    return this.timestampNsAt(this.indexOf(tag), out, slot);
  }

  /** True where the field is present and has exactly these bytes. */
  equals(tag: number, expected: Uint8Array): boolean {
    return this.equalsAt(this.indexOf(tag), expected);
  }

  /** The value as text, '' where absent; allocates. */
  text(tag: number): string {
    return this.textAt(this.indexOf(tag));
  }
}
