import { EQUALS, SOH, writeText, ZERO } from './ascii.ts';
import { DecimalText, digitCount, writeDigits } from './digits.ts';
import { TRAILER_BYTES } from './frame-layout.ts';
import { TAG } from './tags.ts';
import type { UtcTimestampText } from './timestamp-text.ts';
import { checksum } from './values.ts';

/**
 * Writes one message field by field into a region of its own: for messages that are rare and vary, such as those of
 * the session. Allocates nothing but what its callers' texts are. What does not fit is left out, and `finish` says 0.
 */
export class MessageWriter {
  readonly bytes: Uint8Array;
  /** Where the finished message begins. */
  offset = 0;
  readonly #begin: Uint8Array;
  readonly #bodyStart: number;
  readonly #limit: number;
  readonly #decimal = new DecimalText();
  #at = 0;
  #overflow = false;

  /** @param from first byte of the region @param size its bytes */
  constructor(bytes: Uint8Array, from: number, size: number, beginString: string) {
    this.bytes = bytes;
    this.#begin = new Uint8Array(beginString.length + 5);
    writeText(this.#begin, 0, `8=${beginString}`, 64);
    this.#begin.set([SOH, 57, EQUALS], beginString.length + 2);
    this.#bodyStart = from + this.#begin.length + digitCount(size) + 1;
    this.#limit = from + size - TRAILER_BYTES;
  }

  start(msgType: string): this {
    this.#at = this.#bodyStart;
    this.#overflow = false;
    return this.text(TAG.MsgType, msgType);
  }

  text(tag: number, value: string): this {
    if (this.#room(tag, value.length)) this.#at = writeText(this.bytes, this.#at, value, value.length);
    return this.#end();
  }

  bytesOf(tag: number, source: Uint8Array, from: number, to: number): this {
    if (this.#room(tag, to - from)) for (let i = from; i < to; i++) this.bytes[this.#at++] = source[i];
    return this.#end();
  }

  uint(tag: number, value: number): this {
    const width = digitCount(value);
    if (this.#room(tag, width)) {
      this.#at += width;
      writeDigits(this.bytes, this.#at, value, width);
    }
    return this.#end();
  }

  decimal(tag: number, value: number, decimals: number): this {
    const width = this.#decimal.measure(value, decimals);
    if (this.#room(tag, width)) {
      this.#decimal.write(this.bytes, this.#at);
      this.#at += width;
    }
    return this.#end();
  }

  char(tag: number, code: number): this {
    if (this.#room(tag, 1)) this.bytes[this.#at++] = code;
    return this.#end();
  }

  timestamp(tag: number, time: UtcTimestampText): this {
    return this.bytesOf(tag, time.bytes, 0, time.bytes.length);
  }

  /** @returns the message's length, 0 when it did not fit its region */
  finish(): number {
    if (this.#overflow) return 0;
    const bytes = this.bytes;
    const length = this.#at - this.#bodyStart;
    const width = digitCount(length);
    this.offset = this.#bodyStart - 1 - width - this.#begin.length;
    bytes.set(this.#begin, this.offset);
    writeDigits(bytes, this.#bodyStart - 1, length, width);
    bytes[this.#bodyStart - 1] = SOH;
    const at = this.#at;
    const sum = checksum(bytes, this.offset, at);
    bytes[at] = 49;
    bytes[at + 1] = ZERO;
    bytes[at + 2] = EQUALS;
    writeDigits(bytes, at + 6, sum, 3);
    bytes[at + 6] = SOH;
    return at + TRAILER_BYTES - this.offset;
  }

  #room(tag: number, valueBytes: number): boolean {
    const width = digitCount(tag);
    if (this.#at + width + 2 + valueBytes > this.#limit) this.#overflow = true;
    if (this.#overflow) return false;
    this.#at += width;
    writeDigits(this.bytes, this.#at, tag, width);
    this.bytes[this.#at++] = EQUALS;
    return true;
  }

  #end(): this {
    if (!this.#overflow) this.bytes[this.#at++] = SOH;
    return this;
  }
}
