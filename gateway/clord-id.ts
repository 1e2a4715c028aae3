import { asciiBytes, digitCount, type FixMessage, type MessageTemplate } from 'fix-parser';
import { HotlapError } from '../engine/domain/errors.ts';
import { WIDTH } from './messages/header.ts';

const MAX_ORDINAL_DIGITS = 15;

/** ClOrdID(11) = a prefix that is unique for each start, and a decimal ordinal. */
export class ClOrdIds {
  readonly #prefix: Uint8Array;
  #prefixSum = 0;

  constructor(prefix: string) {
    if (!/^[\x21-\x7e]*$/.test(prefix) || prefix.length > WIDTH.clOrdId - MAX_ORDINAL_DIGITS - 1) {
      throw new HotlapError(
        'ERR_FIX_CLORDID_PREFIX',
        `"${prefix}" cannot begin a ClOrdID(11): give up to 32 ASCII characters without spaces.`,
      );
    }
    this.#prefix = asciiBytes(prefix);
    for (const byte of this.#prefix) this.#prefixSum += byte;
  }

  write(template: MessageTemplate, slot: number, ordinal: number): void {
    template.setTagged(slot, this.#prefix, this.#prefixSum, ordinal);
  }

  /** @returns the ordinal of an identifier of ours, -1 for any other or none */
  read(message: FixMessage, tag: number): number {
    const index = message.indexOf(tag);
    if (index < 0) return -1;
    const bytes = message.bytes;
    const prefix = this.#prefix;
    const start = message.startAt(index);
    const end = message.endAt(index);
    const digits = end - start - prefix.length;
    if (digits < 1 || digits > MAX_ORDINAL_DIGITS) return -1;
    for (let i = 0; i < prefix.length; i++) if (bytes[start + i] !== prefix[i]) return -1;
    let ordinal = 0;
    for (let at = start + prefix.length; at < end; at++) {
      const digit = bytes[at] - 48;
      if (digit < 0 || digit > 9) return -1;
      ordinal = ordinal * 10 + digit;
    }
    // 007 is not an identifier that we wrote.
    return digitCount(ordinal) === digits ? ordinal : -1;
  }
}
