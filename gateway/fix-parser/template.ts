import { asciiBytes, EQUALS, SOH, ZERO } from './ascii.ts';
import { DecimalText, digitCount, writeDigits } from './digits.ts';
import { MAX_BODY_LENGTH_DIGITS, TRAILER_BYTES } from './frame-layout.ts';
import {
  TIMESTAMP_BYTES,
  TIMESTAMP_FRACTION_AT,
  type TimestampPrecision,
  type UtcTimestampText,
} from './timestamp-text.ts';
import { checksum } from './values.ts';

/** A version of no clock: the value begins with its name already. */
const NAMED = 1;

interface Part {
  tag: number;
  initial: Uint8Array;
  /** Widest value; 0 for a constant. */
  maxBytes: number;
  hidden: boolean;
}

/**
 * Describes a message once: constants and slots in wire order (the first three fields and CheckSum come by themselves).
 * Put what changes its width often last: only what lies behind it has to move.
 */
export class TemplateBuilder {
  readonly #parts: Part[] = [];
  #slots = 0;
  readonly beginString: string;
  readonly msgType: string;

  constructor(beginString: string, msgType: string) {
    this.beginString = beginString;
    this.msgType = msgType;
  }

  constant(tag: number, value: string): this {
    this.#parts.push({ tag, initial: asciiBytes(value), maxBytes: 0, hidden: false });
    return this;
  }

  /** A value that changes. @param initial what it holds at first @returns the slot's number */
  slot(tag: number, maxBytes: number, initial = '0'): number {
    return this.#add({ tag, initial: asciiBytes(initial), maxBytes, hidden: false });
  }

  /** A field that is absent until its slot is set, and again after `hide`. */
  optional(tag: number, maxBytes: number): number {
    return this.#add({ tag, initial: new Uint8Array(0), maxBytes, hidden: true });
  }

  /** @param precision of the clock that will set it */
  timestamp(tag: number, precision: TimestampPrecision = 'ms'): number {
    const bytes = TIMESTAMP_BYTES[precision];
    return this.slot(tag, bytes, '19700101-00:00:00.000000000'.slice(0, bytes));
  }

  #add(part: Part): number {
    if (part.maxBytes < 1 || part.initial.length > part.maxBytes) throw new RangeError(`slot ${part.tag} has no room`);
    this.#parts.push(part);
    return this.#slots++;
  }

  /** Most bytes the message can take. */
  get capacity(): number {
    let bytes = this.beginString.length + this.msgType.length + 3 + 3 + MAX_BODY_LENGTH_DIGITS + 4 + TRAILER_BYTES;
    for (const part of this.#parts) bytes += String(part.tag).length + 2 + Math.max(part.initial.length, part.maxBytes);
    return bytes;
  }

  /** Lays the message out in bytes[offset, offset + capacity), where it stays. */
  build(bytes: Uint8Array, offset: number): MessageTemplate {
    if (offset < 0 || offset + this.capacity > bytes.length) {
      throw new RangeError(`a template of ${this.capacity} bytes does not fit at ${offset} of ${bytes.length}`);
    }
    return new MessageTemplate(bytes, offset, this.beginString, this.msgType, this.#parts);
  }
}

/**
 * A message that lies ready in its place; a send patches the slots that changed. Body length and checksum follow
 * every patch by difference: no byte is summed that was not written. Numbers have their shortest form; a slot that
 * changes its width moves what lies behind it. A slot is always set by the same method.
 *
 *   8=FIX.4.4|9=…|35=D| constant │ prefix  value SOH │ constant │ … │ 10=…|
 *             └ length slot      └ slot: start, width of value, sum of value, width and sum of `tag=`
 */
export class MessageTemplate {
  readonly bytes: Uint8Array;
  /** Where the message begins; after `finish`, its bytes are bytes[offset, offset + length). */
  readonly offset: number;
  /** Of each slot: where its value is, how wide it is (-1 while hidden), and the sum of its bytes. */
  readonly #starts: Int32Array;
  readonly #widths: Int32Array;
  readonly #sums: Int32Array;
  /** Sum of `tag=` and SOH. */
  readonly #prefixSums: Int32Array;
  /** What of a clock the slot shows: see UtcTimestampText. */
  readonly #versions: Int32Array;
  readonly #seconds: Int32Array;
  readonly #prefixes: Uint8Array[] = [];
  readonly #maxBytes: Int32Array;
  readonly #count: number;
  readonly #view: DataView;
  readonly #decimal = new DecimalText();
  /** Where BodyLength's digits are, and how many. */
  readonly #lengthAt: number;
  #lengthWidth: number;
  #lengthWritten = 0;
  /** Bytes that BodyLength counts start here. */
  #bodyStart: number;
  #bodyEnd: number;
  #sum = 0;

  constructor(bytes: Uint8Array, offset: number, beginString: string, msgType: string, parts: readonly Part[]) {
    this.bytes = bytes;
    this.offset = offset;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#count = parts.filter((part) => part.maxBytes > 0).length;
    this.#starts = new Int32Array(this.#count);
    this.#widths = new Int32Array(this.#count);
    this.#sums = new Int32Array(this.#count);
    this.#prefixSums = new Int32Array(this.#count);
    this.#versions = new Int32Array(this.#count);
    this.#seconds = new Int32Array(this.#count);
    this.#maxBytes = new Int32Array(this.#count);
    let at = this.#put(offset, asciiBytes(`8=${beginString}`));
    at = this.#put(at, asciiBytes('9=0'));
    this.#lengthWidth = 1;
    this.#lengthAt = at - 2;
    this.#bodyStart = at;
    at = this.#put(at, asciiBytes(`35=${msgType}`));
    let slot = 0;
    for (const part of parts) {
      const prefix = new Uint8Array([...asciiBytes(String(part.tag)), EQUALS]);
      if (part.maxBytes === 0) {
        at = this.#put(at, new Uint8Array([...prefix, ...part.initial]));
        continue;
      }
      this.#prefixes.push(prefix);
      this.#maxBytes[slot] = part.maxBytes;
      this.#prefixSums[slot] = checksumFull(prefix) + SOH;
      if (part.hidden) {
        this.#starts[slot] = at;
        this.#widths[slot] = -1;
      } else {
        this.#starts[slot] = at + prefix.length;
        this.#widths[slot] = part.initial.length;
        this.#sums[slot] = checksumFull(part.initial);
        at = this.#put(at, new Uint8Array([...prefix, ...part.initial]));
      }
      slot++;
    }
    this.#bodyEnd = at;
    this.#lengthWritten = 0;
    this.#sum = checksum(bytes, offset, at);
  }

  /** A whole number from 0 to 2^53. */
  setUint(slot: number, value: number): void {
    const width = digitCount(value);
    const at = this.#open(slot, width);
    this.#close(slot, writeDigits(this.bytes, at + width, value, width));
  }

  /** A name and a number in one value, as in ClOrdID(11): the name is written only when the width changes, so a slot keeps one name. */
  setTagged(slot: number, name: Uint8Array, nameSum: number, value: number): void {
    const digits = digitCount(value);
    const width = name.length + digits;
    const fresh = this.#widths[slot] !== width || this.#versions[slot] !== NAMED;
    this.#versions[slot] = NAMED;
    const at = this.#open(slot, width);
    if (fresh) for (let i = 0; i < name.length; i++) this.bytes[at + i] = name[i];
    this.#close(slot, nameSum + writeDigits(this.bytes, at + width, value, digits));
  }

  /** value / 10^decimals, exact, in its shortest form. */
  setDecimal(slot: number, value: number, decimals: number): void {
    const width = this.#decimal.measure(value, decimals);
    const at = this.#open(slot, width);
    this.#close(slot, this.#decimal.write(this.bytes, at));
  }

  /** One character. */
  setChar(slot: number, code: number): void {
    const at = this.#open(slot, 1);
    this.bytes[at] = code;
    this.#close(slot, code);
  }

  /** Copies source[from, to), which holds no SOH. An empty range hides the field. @throws RangeError where it exceeds the slot */
  setBytes(slot: number, source: Uint8Array, from: number, to: number): void {
    const width = to - from;
    if (width <= 0) {
      this.hide(slot);
      return;
    }
    const at = this.#open(slot, width);
    const bytes = this.bytes;
    let sum = 0;
    for (let i = 0; i < width; i++) {
      const byte = source[from + i];
      bytes[at + i] = byte;
      sum += byte;
    }
    this.#close(slot, sum);
  }

  /** The clock's text; within one second only its fraction is written. */
  setTimestamp(slot: number, time: UtcTimestampText): void {
    if (this.#versions[slot] === time.version) return;
    const sameSecond = this.#seconds[slot] === time.secondVersion;
    this.#versions[slot] = time.version;
    this.#seconds[slot] = time.secondVersion;
    const source = time.bytes;
    const at = this.#open(slot, source.length);
    const bytes = this.bytes;
    for (let i = sameSecond ? TIMESTAMP_FRACTION_AT : 0; i < source.length; i++) bytes[at + i] = source[i];
    this.#close(slot, time.sum);
  }

  /** Takes an optional field out of the message. */
  hide(slot: number): void {
    const width = this.#widths[slot];
    if (width < 0) return;
    const start = this.#starts[slot] - this.#prefixes[slot].length;
    this.#move(this.#starts[slot] + width + 1, start);
    this.#sum -= this.#sums[slot] + this.#prefixSums[slot];
    this.#starts[slot] = start;
    this.#widths[slot] = -1;
    this.#sums[slot] = 0;
    this.#versions[slot] = 0;
    this.#seconds[slot] = 0;
    this.#shiftSlots(slot + 1, -(width + 1 + this.#prefixes[slot].length));
  }

  /** Writes BodyLength where it changed, and CheckSum. @returns the length of the whole message */
  finish(): number {
    if (this.#bodyEnd - this.#bodyStart !== this.#lengthWritten) this.#writeLength();
    const bytes = this.bytes;
    const at = this.#bodyEnd;
    const sum = this.#sum & 0xff;
    bytes[at] = 49;
    bytes[at + 1] = ZERO;
    bytes[at + 2] = EQUALS;
    const hundreds = (sum / 100) | 0;
    const tens = ((sum - hundreds * 100) / 10) | 0;
    bytes[at + 3] = hundreds + ZERO;
    bytes[at + 4] = tens + ZERO;
    bytes[at + 5] = sum - hundreds * 100 - tens * 10 + ZERO;
    bytes[at + 6] = SOH;
    return at + TRAILER_BYTES - this.offset;
  }

  /** Makes room for a value of `width` bytes. @returns where it goes */
  #open(slot: number, width: number): number {
    if (this.#widths[slot] !== width) this.#resize(slot, width);
    return this.#starts[slot];
  }

  #close(slot: number, sum: number): void {
    this.#sum += sum - this.#sums[slot];
    this.#sums[slot] = sum;
  }

  #resize(slot: number, width: number): void {
    const before = this.#widths[slot];
    if (width > this.#maxBytes[slot]) throw new RangeError(`${width} bytes do not fit slot ${slot}`);
    const start = this.#starts[slot];
    this.#widths[slot] = width;
    if (before >= 0) {
      this.#move(start + before, start + width);
      this.#shiftSlots(slot + 1, width - before);
      return;
    }
    const prefix = this.#prefixes[slot];
    const grown = prefix.length + width + 1;
    this.#move(start, start + grown);
    this.bytes.set(prefix, start);
    this.bytes[start + grown - 1] = SOH;
    this.#sum += this.#prefixSums[slot];
    this.#starts[slot] = start + prefix.length;
    this.#shiftSlots(slot + 1, grown);
  }

  /** Moves bytes[from, end of body) to `to`, four at a time. */
  #move(from: number, to: number): void {
    const bytes = this.bytes;
    const view = this.#view;
    const end = this.#bodyEnd;
    const by = to - from;
    this.#bodyEnd += by;
    if (by < 0) {
      let at = from;
      for (; at + 4 <= end; at += 4) view.setInt32(at + by, view.getInt32(at, true), true);
      for (; at < end; at++) bytes[at + by] = bytes[at];
    } else {
      let at = end;
      for (; at - 4 >= from; at -= 4) view.setInt32(at - 4 + by, view.getInt32(at - 4, true), true);
      for (; at > from; at--) bytes[at - 1 + by] = bytes[at - 1];
    }
  }

  #shiftSlots(first: number, by: number): void {
    const starts = this.#starts;
    for (let slot = first; slot < starts.length; slot++) starts[slot] += by;
  }

  #writeLength(): void {
    const length = this.#bodyEnd - this.#bodyStart;
    const width = digitCount(length);
    const at = this.#lengthAt;
    this.#sum -= checksumRange(this.bytes, at, at + this.#lengthWidth);
    if (width !== this.#lengthWidth) {
      const by = width - this.#lengthWidth;
      this.#move(this.#bodyStart - 1, this.#bodyStart - 1 + by);
      this.#shiftSlots(0, by);
      this.#bodyStart += by;
      this.#lengthWidth = width;
    }
    this.#sum += writeDigits(this.bytes, at + width, length, width);
    this.#lengthWritten = length;
  }

  #put(at: number, field: Uint8Array): number {
    this.bytes.set(field, at);
    this.bytes[at + field.length] = SOH;
    return at + field.length + 1;
  }
}

function checksumRange(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += bytes[i];
  return sum;
}

const checksumFull = (bytes: Uint8Array): number => checksumRange(bytes, 0, bytes.length);
