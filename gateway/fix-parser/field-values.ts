import { asciiText, isRange } from './ascii.ts';
import { parseTimestamp, parseTimestampNs } from './timestamp.ts';
import { parseDecimal, parseInt32, VALUE } from './values.ts';

/**
 * Typed reads of fields whose extents are known: what every reader of messages has. An index below 0 is a field that
 * is absent.
 *
 *   fields: Int32Array   ┌ tag │ start of value │ end of value ┐ × count
 */
export class FieldValues {
  bytes: Uint8Array = new Uint8Array(0);
  protected readonly fields: Int32Array;
  protected view = new DataView(this.bytes.buffer);

  constructor(maxFields: number) {
    this.fields = new Int32Array(maxFields * 3);
  }

  /** Takes other bytes than last time. */
  protected look(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  tagAt(index: number): number {
    return this.fields[index * 3];
  }

  /** Where the value lies in `bytes`. */
  startAt(index: number): number {
    return this.fields[index * 3 + 1];
  }

  endAt(index: number): number {
    return this.fields[index * 3 + 2];
  }

  /** The value as an int32; `absent` where there is none, INVALID_INT where it is no int32. */
  intAt(index: number, absent: number): number {
    return index < 0 ? absent : parseInt32(this.bytes, this.fields[index * 3 + 1], this.fields[index * 3 + 2]);
  }

  /** ASCII code of a one-character value; 0 where it is absent or longer. */
  charAt(index: number): number {
    if (index < 0) return 0;
    const start = this.fields[index * 3 + 1];
    return this.fields[index * 3 + 2] - start === 1 ? this.bytes[start] : 0;
  }

  /** Writes the decimal times 10^decimals into out[slot], NaN where absent or invalid. @returns one of VALUE */
  decimalAt(index: number, decimals: number, out: Float64Array, slot: number): number {
    if (index < 0) {
      out[slot] = Number.NaN;
      return VALUE.absent;
    }
    return parseDecimal(this.bytes, this.fields[index * 3 + 1], this.fields[index * 3 + 2], decimals, out, slot);
  }

  /** Writes a UTCTimestamp in ms since 1970 into out[slot], NaN where absent or invalid. @returns one of VALUE */
  timestampAt(index: number, out: Float64Array, slot: number): number {
    if (index < 0) {
      out[slot] = Number.NaN;
      return VALUE.absent;
    }
    return parseTimestamp(this.bytes, this.fields[index * 3 + 1], this.fields[index * 3 + 2], out, slot);
  }

  /** Days since 1970 into out[slot], ns of the day into out[slot + 1], NaN where absent or invalid. @returns one of VALUE */
  timestampNsAt(index: number, out: Float64Array, slot: number): number {
    if (index >= 0) return parseTimestampNs(this.bytes, this.startAt(index), this.endAt(index), out, slot);
    out[slot] = Number.NaN;
    out[slot + 1] = Number.NaN;
    return VALUE.absent;
  }

  /** True where the value is exactly these bytes. */
  equalsAt(index: number, expected: Uint8Array): boolean {
    return index >= 0 && isRange(this.bytes, this.startAt(index), this.endAt(index), expected);
  }

  /** The value as text, '' where absent; allocates. */
  textAt(index: number): string {
    return index < 0 ? '' : asciiText(this.bytes, this.startAt(index), this.endAt(index));
  }
}
