import { asciiBytes, isRange, SOH, ZERO } from './ascii.ts';
import { DataFieldPairs, STANDARD_DATA_FIELDS } from './data-fields.ts';
import { FieldValues } from './field-values.ts';
import { TRAILER_BYTES } from './frame-layout.ts';
import { type FixMessageOptions, PARSE } from './message.ts';
import { TAG } from './tags.ts';
import { checksum, parseInt32 } from './values.ts';
import { EVEN_BYTES, sohIn } from './words.ts';

/** Cells of one `tag=`: its first four bytes as a word, which of them count, how many bytes it has, their sum. */
const WORD = 0;
const MASK = 1;
const BYTES = 2;
const SUM = 3;
const CELLS = 4;
const ABSENT = -1;

/**
 * Reads messages whose fields come in an order known beforehand, as many a venue sends them: in one pass, with nothing
 * looked up and no tag read, only compared. Fields may be left out; one that is not in the order, comes too early or
 * twice, is refused. Values are read by their place in the order, with the methods of FieldValues.
 *
 *   const reader = new StrictReader([8, 9, 35, 34, 49, 52, 56, 11, 44]);
 *   if (reader.parse(bytes, start, end) === PARSE.ok) reader.decimalAt(reader.at(8), 4, price, 0);
 *
 * Borrowed: valid until the bytes move or `parse` is called again.
 */
export class StrictReader extends FieldValues {
  readonly #order: Int32Array;
  readonly #prefixes: Int32Array;
  /** `tag=` of the tags that have more than three digits. */
  readonly #longPrefixes: (Uint8Array | null)[];
  /** Tag of the data field whose length this is, else 0. */
  readonly #dataFields: Int32Array;

  /** @param order tags of the message, BeginString(8), BodyLength(9) and MsgType(35) first, without CheckSum(10) */
  constructor(order: readonly number[], options: Pick<FixMessageOptions, 'dataFields'> = {}) {
    super(order.length);
    if (order[0] !== TAG.BeginString || order[1] !== TAG.BodyLength || order[2] !== TAG.MsgType) {
      throw new RangeError('the order of a message begins with 8, 9, 35');
    }
    if (order.some((tag) => !Number.isInteger(tag) || tag < 1)) throw new RangeError('a tag is a positive number');
    this.#order = Int32Array.from(order);
    this.#prefixes = new Int32Array(order.length * CELLS);
    this.#longPrefixes = order.map((tag) => (tag < 1_000 ? null : asciiBytes(`${tag}=`)));
    const pairs = options.dataFields === undefined ? STANDARD_DATA_FIELDS : new DataFieldPairs(options.dataFields);
    this.#dataFields = Int32Array.from(order, (tag) => pairs.dataTagOf(tag));
    for (const [place, tag] of order.entries()) {
      const prefix = asciiBytes(`${tag}=`);
      const cells = place * CELLS;
      for (let i = 0; i < prefix.length && i < 4; i++) {
        this.#prefixes[cells + WORD] |= prefix[i] << (8 * i);
        this.#prefixes[cells + MASK] |= 0xff << (8 * i);
      }
      this.#prefixes[cells + BYTES] = prefix.length;
      for (const byte of prefix) this.#prefixes[cells + SUM] += byte;
    }
  }

  /** The field at this place of the order, or -1 where the message leaves it out. */
  at(place: number): number {
    return this.fields[place * 3 + 1] < 0 ? -1 : place;
  }

  /** Reads bytes[start, end), one frame as `Framer` cut it, and verifies its CheckSum. @returns one of PARSE */
  parse(bytes: Uint8Array, start: number, end: number): number {
    if (bytes !== this.bytes) this.look(bytes);
    const view = this.view;
    const prefixes = this.#prefixes;
    const places = this.#order.length;
    const bodyEnd = end - TRAILER_BYTES;
    // With this SOH, and seven bytes behind it, no read below can leave the frame.
    if (start < 0 || end > bytes.length || bodyEnd <= start || bytes[bodyEnd - 1] !== SOH) return PARSE.malformed;
    let place = 0;
    let dataTag = 0;
    let dataLength = 0;
    let sums = 0;
    let at = start;
    while (at < bodyEnd) {
      let word = view.getInt32(at, true);
      for (; place < places; place++) {
        const cells = place * CELLS;
        const isFirstFour = (word & prefixes[cells + MASK]) === prefixes[cells + WORD];
        if (isFirstFour && (prefixes[cells + BYTES] <= 4 || this.#isLongPrefix(place, at))) break;
        this.#put(place, ABSENT, ABSENT);
      }
      if (place === places) return PARSE.order;
      const valueStart = at + prefixes[place * CELLS + BYTES];
      sums += prefixes[place * CELLS + SUM];
      at = valueStart;
      if (dataTag !== 0 && dataTag === this.#order[place]) {
        at += dataLength;
        if (at >= bodyEnd || bytes[at] !== SOH) return PARSE.malformed;
        sums = (sums + checksum(bytes, valueStart, at + 1)) & EVEN_BYTES;
      } else {
        word = view.getInt32(at, true);
        let soh = sohIn(word);
        while (soh === 0) {
          sums = (sums + (word & EVEN_BYTES) + ((word >>> 8) & EVEN_BYTES)) & EVEN_BYTES;
          at += 4;
          word = view.getInt32(at, true);
          soh = sohIn(word);
        }
        word &= soh ^ (soh - 1);
        sums = (sums + (word & EVEN_BYTES) + ((word >>> 8) & EVEN_BYTES)) & EVEN_BYTES;
        at += (31 - Math.clz32(soh)) >>> 3;
      }
      this.#put(place, valueStart, at);
      dataTag = this.#dataFields[place++];
      if (dataTag !== 0) {
        dataLength = parseInt32(bytes, valueStart, at);
        if (dataLength < 0) dataTag = 0;
      }
      at++;
    }
    while (place < places) this.#put(place++, ABSENT, ABSENT);
    const stated = (bytes[bodyEnd + 3] - ZERO) * 100 + (bytes[bodyEnd + 4] - ZERO) * 10 + bytes[bodyEnd + 5] - ZERO;
    if (((sums + (sums >>> 16)) & 0xff) !== stated) return PARSE.checksum;
    return this.at(0) === 0 && this.at(1) === 1 && this.at(2) === 2 ? PARSE.ok : PARSE.header;
  }

  #isLongPrefix(place: number, at: number): boolean {
    const prefix = this.#longPrefixes[place] as Uint8Array;
    return isRange(this.bytes, at, at + prefix.length, prefix);
  }

  #put(place: number, start: number, end: number): void {
    const fields = this.fields;
    fields[place * 3] = this.#order[place];
    fields[place * 3 + 1] = start;
    fields[place * 3 + 2] = end;
  }
}
