import { asciiText } from 'fix-parser';
import type { ExchangeFeed } from '../matching/shared-feed.ts';

const NONE = -1;
/** A Stock field has eight characters. */
const STOCK_BYTES = 8;

/** Symbol(55) to the feed's handle. A symbol is subscribed when it is first named; later look-ups allocate nothing. */
export class SymbolTable {
  readonly #feed: ExchangeFeed;
  readonly #mask: number;
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #handle: Int32Array;
  #left: number;

  constructor(feed: ExchangeFeed, maxInstruments: number) {
    const capacity = 2 ** Math.ceil(Math.log2(2 * maxInstruments + 2));
    this.#feed = feed;
    this.#mask = capacity - 1;
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#handle = new Int32Array(capacity).fill(NONE);
    this.#left = maxInstruments;
  }

  /** @returns the handle, or -1 where the feed takes no more instruments or the name cannot be one */
  find(bytes: Uint8Array, from: number, to: number): number {
    if (to - from > STOCK_BYTES || to <= from) return NONE;
    let high = 0x20202020;
    let low = 0x20202020;
    for (let i = from; i < to; i++) {
      const shift = 24 - 8 * ((i - from) & 3);
      const place = (bytes[i] ^ 0x20) << shift;
      if (i - from < 4) high ^= place;
      else low ^= place;
    }
    high >>>= 0;
    low >>>= 0;
    let slot = (Math.imul(high ^ Math.imul(low, 0x85ebca6b), 0x9e3779b1) >>> 15) & this.#mask;
    while (this.#handle[slot] !== NONE) {
      if (this.#high[slot] === high && this.#low[slot] === low) return this.#handle[slot];
      slot = (slot + 1) & this.#mask;
    }
    if (this.#left === 0) return NONE;
    const handle = this.#feed.subscribe(asciiText(bytes, from, to), 0);
    if (handle < 0) return NONE;
    this.#left--;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#handle[slot] = handle;
    return handle;
  }
}
