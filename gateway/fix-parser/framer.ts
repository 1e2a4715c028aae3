import { EQUALS, NINE, SOH, ZERO } from './ascii.ts';
import { MAX_BODY_LENGTH_DIGITS, TRAILER_BYTES } from './frame-layout.ts';

/** What `Framer.next` found. */
export const FRAME = { incomplete: 0, message: 1, garbled: 2 } as const;

export interface FramerOptions {
  /** A message longer than this is garbled. */
  maxMessageBytes: number;
  /**
   * Where to go on behind a garbled message: `bodyLength` as QuickFIX does (its BodyLength is believed, then the next
   * CheckSum field ends it, so a length that is too great swallows what follows), `beginString` at the next `8=FIX`.
   */
  resync: 'bodyLength' | 'beginString';
}

const EIGHT = 56;
const MAX_BEGIN_STRING_BYTES = 16;

/** Cuts a stream of bytes into messages: `8=FIX`, BodyLength(9), jump, CheckSum(10). Looks at a few bytes only. */
export class Framer {
  /** Extent of the message that `next` found. */
  start = 0;
  end = 0;
  /** Where reading goes on after `garbled`, or after a message whose fields turn out to be garbled. */
  resumeAt = 0;
  /** After `garbled`: how long the message said it was, where that is more than maxMessageBytes; else 0. */
  tooLongBytes = 0;
  readonly #maxBytes: number;
  readonly #believesLength: boolean;

  constructor(options: FramerOptions) {
    this.#maxBytes = options.maxMessageBytes;
    this.#believesLength = options.resync === 'bodyLength';
  }

  /** Looks at bytes[from, to). @returns one of FRAME; behind `garbled`, at least one byte has been passed over */
  next(bytes: Uint8Array, from: number, to: number): number {
    this.tooLongBytes = 0;
    if (to <= from) return FRAME.incomplete;
    if (!isBeginString(bytes, from, to)) return this.#skipTo(bytes, from + 1, to);
    let at = from + 2;
    const beginStringEnd = at + MAX_BEGIN_STRING_BYTES;
    while (at < to && bytes[at] !== SOH && at < beginStringEnd) at++;
    if (at >= to) return FRAME.incomplete;
    if (bytes[at] !== SOH) return this.#skipTo(bytes, from + 2, to);
    at++;
    if (at + 1 >= to) return FRAME.incomplete;
    if (bytes[at] !== NINE || bytes[at + 1] !== EQUALS) return this.#skipTo(bytes, from + 2, to);
    at += 2;
    const digits = at;
    let length = 0;
    while (at < to && at - digits < MAX_BODY_LENGTH_DIGITS && bytes[at] >= ZERO && bytes[at] <= NINE) {
      length = length * 10 + bytes[at++] - ZERO;
    }
    if (at >= to) return FRAME.incomplete;
    if (bytes[at] !== SOH || at === digits) return this.#skipTo(bytes, from + 2, to);
    const bodyEnd = at + 1 + length;
    if (bodyEnd + TRAILER_BYTES - from > this.#maxBytes) {
      this.tooLongBytes = bodyEnd + TRAILER_BYTES - from;
      return this.#skipTo(bytes, from + 2, to);
    }
    if (bodyEnd + TRAILER_BYTES > to)
      return this.#believesLength ? this.#shortTrailer(bytes, from, bodyEnd, to) : FRAME.incomplete;
    if (isTrailer(bytes, bodyEnd) && isChecksum(bytes, bodyEnd + 3)) {
      this.start = from;
      this.end = bodyEnd + TRAILER_BYTES;
      this.resumeAt = this.#believesLength ? this.end : from + 2;
      return FRAME.message;
    }
    return this.#believesLength ? this.#skipTrailer(bytes, from, bodyEnd, to) : this.#skipTo(bytes, from + 2, to);
  }

  /** A CheckSum field shorter than three digits ends a garbled message that would otherwise wait for its last bytes. */
  #shortTrailer(bytes: Uint8Array, from: number, bodyEnd: number, to: number): number {
    return bodyEnd + 4 <= to ? this.#skipTrailer(bytes, from, bodyEnd, to) : FRAME.incomplete;
  }

  /** The CheckSum field is not where BodyLength says: the next one ends the garbled message. */
  #skipTrailer(bytes: Uint8Array, from: number, bodyEnd: number, to: number): number {
    const limit = Math.min(to, from + this.#maxBytes);
    for (let at = bodyEnd; at + 3 <= limit; at++) {
      if (!isTrailer(bytes, at)) continue;
      for (at += 3; at < limit; at++) {
        if (bytes[at] !== SOH) continue;
        this.resumeAt = at + 1;
        return FRAME.garbled;
      }
    }
    return to - from < this.#maxBytes ? FRAME.incomplete : this.#skipTo(bytes, from + 2, to);
  }

  /** Drops bytes up to the next `8=FIX`, keeping an unfinished one at the end. */
  #skipTo(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to && !isBeginString(bytes, at, to)) at++;
    this.resumeAt = at;
    return FRAME.garbled;
  }
}

/** SOH `10=` with the `1` at `at`. */
function isTrailer(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 49 && bytes[at + 1] === ZERO && bytes[at + 2] === EQUALS && bytes[at - 1] === SOH;
}

/** Three digits and SOH. */
function isChecksum(bytes: Uint8Array, at: number): boolean {
  for (let i = at; i < at + 3; i++) if (bytes[i] < ZERO || bytes[i] > NINE) return false;
  return bytes[at + 3] === SOH;
}

/** `8=FIX`, or as much of it as has arrived. */
function isBeginString(bytes: Uint8Array, at: number, to: number): boolean {
  return (
    bytes[at] === EIGHT &&
    (at + 1 >= to || bytes[at + 1] === EQUALS) &&
    (at + 2 >= to || bytes[at + 2] === 70) &&
    (at + 3 >= to || bytes[at + 3] === 73) &&
    (at + 4 >= to || bytes[at + 4] === 88)
  );
}
