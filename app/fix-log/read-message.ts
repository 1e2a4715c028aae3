import { isSecret, MASK, maskText } from './mask.ts';
import type { Beginning } from './separator.ts';
import { textOf } from './text.ts';

/** A message may not be longer than this; a log without line breaks is never held beyond it. */
const MAX_MESSAGE_BYTES = 1 << 20;

/** Masked where it is a secret. The tag is NaN where the text is no field. */
export interface RawField {
  readonly tag: number;
  readonly value: string;
}

export interface RawMessage {
  readonly fields: readonly RawField[];
  /** Behind its last byte. */
  readonly end: number;
  /** Why it is garbled. */
  readonly faults: readonly string[];
  /** Whether a secret may go on behind it. */
  readonly leavesSecretOpen: boolean;
}

/** Length field → the data field behind it. */
export type DataFields = ReadonlyMap<number, number>;

const EQUALS = 61;
const NEWLINE = 10;
const RETURN = 13;
const MINUS = 45;
const SOH = 1;
const MAX_TAG_DIGITS = 9;
const RAW_DATA = 96;
const NO_BREAK = Number.POSITIVE_INFINITY;
const TRAILER_BYTES = 7;

/**
 * The message that begins at `at`. Its bytes are taken as BodyLength(9) says where that fits; where it does not, or where
 * SOH was replaced by something else, the message ends with CheckSum(10), its line, or the next BeginString(8).
 *
 * @param isAll whether no bytes follow these
 */
export function readMessage(
  bytes: Buffer,
  at: number,
  isAll: boolean,
  start: Beginning,
  pairs: DataFields,
): RawMessage | 'more' {
  const isFull = isAll || bytes.length - at >= MAX_MESSAGE_BYTES;
  const framed = start.isSoh ? framedEnd(bytes, at, start.next, isFull) : 0;
  if (framed === 'more') return 'more';
  const reader = new FieldReader(bytes, at, start, pairs, framed, isFull);
  if (!reader.read() && !isFull) return 'more';
  return { end: reader.at, ...reader.result() };
}

/** Where the message ends if BodyLength(9) is right, 0 if it is not. */
function framedEnd(bytes: Buffer, at: number, next: number, isFull: boolean): number | 'more' {
  const head = /^9=(\d{1,7})\x01/.exec(bytes.toString('latin1', next, next + 10));
  if (head === null) return next + 10 > bytes.length && !isFull ? 'more' : 0;
  const bodyEnd = next + head[0].length + Number(head[1]);
  if (bodyEnd + TRAILER_BYTES - at > MAX_MESSAGE_BYTES) return 0;
  if (bodyEnd + TRAILER_BYTES > bytes.length && !isFull) return 'more';
  const trailer = bytes.toString('latin1', bodyEnd - 1, bodyEnd + TRAILER_BYTES);
  if (!/^\x0110=\d{3}/.test(trailer)) return 0;
  return (
    bodyEnd + (trailer.length === TRAILER_BYTES + 1 && trailer.endsWith('\x01') ? TRAILER_BYTES : TRAILER_BYTES - 1)
  );
}

/** Takes a message apart, and adds up what BodyLength and CheckSum should be with SOH between the fields. */
class FieldReader {
  readonly fields: RawField[] = [];
  at: number;
  readonly #bytes: Buffer;
  readonly #separator: Buffer;
  /** How another message of this log would begin. */
  readonly #nextMessage: Buffer;
  readonly #pairs: DataFields;
  readonly #framedEnd: number;
  /** Whether no bytes of the message are still to come. */
  readonly #isFull: boolean;
  /** Where reading stops at the latest. */
  readonly #limit: number;
  /** Where the line ends or another message begins, else NO_BREAK: looked up once, however many fields follow. */
  #break = -1;
  #isComplete = false;
  #sum = 0;
  #bodyBytes = 0;
  #isRawDataMeasured = true;
  #dataTag = 0;
  #dataBytes = 0;
  /** A length that is wrong makes the message garbled, and no other of its lengths is followed: each could cost a walk over all of it. */
  #isDataMeasured = true;
  /** Whether the field before was masked: what looks like no field behind it belongs to a secret with separators in it. */
  #isInSecret = false;

  constructor(bytes: Buffer, at: number, start: Beginning, pairs: DataFields, framedEnd: number, isFull: boolean) {
    this.at = at;
    this.#bytes = bytes;
    this.#separator = start.separator;
    this.#nextMessage = Buffer.concat([bytes.subarray(at, start.next), Buffer.from('9=')]);
    this.#pairs = pairs;
    this.#framedEnd = framedEnd;
    this.#isFull = isFull;
    this.#limit = framedEnd > 0 ? framedEnd : Math.min(bytes.length, at + MAX_MESSAGE_BYTES);
  }

  /** @returns false where the bytes end before the message does */
  read(): boolean {
    while (this.at < this.#limit) {
      const end = this.#fieldEnd();
      if (end < 0) {
        this.#take(this.#limit);
        this.at = this.#limit;
        return this.#framedEnd > 0;
      }
      this.#take(end);
      const isSeparated = this.#isSeparator(end);
      this.at = isSeparated ? end + this.#separator.length : end;
      if (this.#isComplete) return true;
      if (!isSeparated || this.at === this.#break) return true;
    }
    return this.#framedEnd > 0;
  }

  /** The fields, and why a session would ignore the message. Where raw data ends is certain in a sound message only. */
  result(): Omit<RawMessage, 'end'> {
    const from = this.fields.findIndex(({ tag, value }) => Math.abs(tag) === RAW_DATA || value.endsWith(`96=${MASK}`));
    const isCertain = from < 0 || (this.#isRawDataMeasured && this.#faults().length === 0);
    for (let i = isCertain ? this.fields.length : from; i < this.fields.length; i++) {
      const { tag } = this.fields[i] as RawField;
      if (tag !== 10) this.fields[i] = { tag, value: MASK };
    }
    return {
      fields: this.fields,
      faults: this.#faults(),
      leavesSecretOpen: (!isCertain || this.#isInSecret) && this.fields.at(-1)?.tag !== 10,
    };
  }

  #faults(): string[] {
    const [first, second, third] = this.fields;
    const faults: string[] = [];
    const broken = this.fields.find(({ tag }) => Number.isNaN(tag));
    if (broken !== undefined) faults.push(`\`${broken.value}\` is no field`);
    if (first?.tag !== 8 || second?.tag !== 9 || third?.tag !== 35)
      faults.push('BeginString(8), BodyLength(9) and MsgType(35) are not its first three fields');
    const last = this.fields.at(-1);
    if (last?.tag !== 10) return [...faults, 'it ends before its CheckSum(10)'];
    if (second?.tag === 9 && Number(second.value) !== this.#bodyBytes)
      faults.push(`BodyLength(9) is ${second.value}, its body has ${this.#bodyBytes} bytes`);
    const sum = String(this.#sum & 0xff).padStart(3, '0');
    if (last.value !== sum) faults.push(`CheckSum(10) is ${last.value}, its bytes add up to ${sum}`);
    return faults;
  }

  /** Where the value of the field at `at` ends; -1 where the bytes do. */
  #fieldEnd(): number {
    const bytes = this.#bytes;
    if (this.#dataTag !== 0 && this.#tagIs(this.#dataTag)) {
      const end = this.#dataEnd();
      if (end <= this.#limit && this.#isSeparator(end)) return end;
      if (end + this.#separator.length > this.#limit && !this.#isFull) return -1;
      this.#dataTag = 0;
      this.#isDataMeasured = false;
    }
    if (this.#framedEnd === 0 && this.#tagIs(10)) {
      let end = this.at + 3;
      while (end < this.#limit && bytes[end] >= 48 && bytes[end] <= 57) end++;
      return end + this.#separator.length > this.#limit && !this.#isFull ? -1 : end;
    }
    const found = bytes.indexOf(this.#separator, this.at);
    const separated = found < 0 || found >= this.#limit ? -1 : found;
    if (this.#framedEnd > 0) return separated;
    if (this.#break < this.at) this.#break = this.#nextBreak();
    const end = this.#break;
    if (end === NO_BREAK || (separated >= 0 && separated < end)) return separated;
    return bytes[end] === NEWLINE && end > this.at && bytes[end - 1] === RETURN ? end - 1 : end;
  }

  /** Where a data field of the stated length ends; each SOH in it has become a separator, too. */
  #dataEnd(): number {
    let end = this.#bytes.indexOf(EQUALS, this.at) + 1;
    if (this.#separator.length === 1 || this.#dataBytes > this.#limit - end) return end + this.#dataBytes;
    for (let left = this.#dataBytes; left > 0 && end < this.#limit; left--)
      end += this.#isSeparator(end) ? this.#separator.length : 1;
    return end;
  }

  #nextBreak(): number {
    const newline = this.#bytes.indexOf(NEWLINE, this.at);
    const next = this.#bytes.indexOf(this.#nextMessage, this.at + 1);
    const end = Math.min(newline < 0 ? this.#limit : newline, next < 0 ? this.#limit : next);
    return end < this.#limit ? end : NO_BREAK;
  }

  #take(end: number): void {
    const bytes = this.#bytes;
    const start = this.at;
    if (end <= start) return;
    const tag = this.#tagAt(start, end);
    const measured = this.#dataTag;
    this.#dataTag = 0;
    if (Number.isNaN(tag)) this.#push(tag, maskText(textOf(bytes, start, end)), this.#isInSecret);
    else {
      const value = textOf(bytes, bytes.indexOf(EQUALS, start) + 1, end);
      this.#push(tag, maskText(value), isSecret(tag) || (this.#isInSecret && tag <= 0));
      if (Math.abs(tag) === RAW_DATA && measured !== tag) this.#isRawDataMeasured = false;
      const dataTag = this.#isDataMeasured ? this.#pairs.get(tag) : undefined;
      if (dataTag !== undefined && /^\d{1,7}$/.test(value)) {
        this.#dataTag = dataTag;
        this.#dataBytes = Number(value);
      }
    }
    if (tag === 10 && (this.#framedEnd === 0 || end >= this.#framedEnd - 1)) this.#isComplete = true;
    else this.#addUp(start, end);
  }

  #push(tag: number, value: string, isMasked: boolean): void {
    const shown = isMasked ? MASK : value;
    this.#isInSecret = shown.endsWith(MASK);
    this.fields.push({ tag, value: shown });
  }

  /** NaN where there is none: digits, a minus before them allowed, and `=`. */
  #tagAt(start: number, end: number): number {
    const bytes = this.#bytes;
    const digits = bytes[start] === MINUS ? start + 1 : start;
    let tag = 0;
    let at = digits;
    for (; at < end && at - digits < MAX_TAG_DIGITS && bytes[at] >= 48 && bytes[at] <= 57; at++)
      tag = tag * 10 + bytes[at] - 48;
    if (at === digits || at === end || bytes[at] !== EQUALS) return Number.NaN;
    return digits > start ? -tag : tag;
  }

  /** Adds a field and the SOH behind it to what BodyLength and CheckSum should be. */
  #addUp(start: number, end: number): void {
    const bytes = this.#bytes;
    const wide = this.#separator.length - 1;
    let sum = SOH;
    let length = end - start + 1;
    for (let i = start; i < end; i++) {
      if (wide > 0 && this.#isSeparator(i)) {
        // SOH within data, written as it is between fields.
        i += wide;
        length -= wide;
        sum += SOH;
      } else sum += bytes[i];
    }
    this.#sum += sum;
    if (this.fields.length > 2) this.#bodyBytes += length;
  }

  #tagIs(tag: number): boolean {
    const text = `${tag}=`;
    return this.#bytes.toString('latin1', this.at, this.at + text.length) === text;
  }

  #isSeparator(at: number): boolean {
    const separator = this.#separator;
    for (let i = 0; i < separator.length; i++) if (this.#bytes[at + i] !== separator[i]) return false;
    return true;
  }
}
