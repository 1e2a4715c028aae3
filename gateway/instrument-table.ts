import { asciiBytes } from 'fix-parser';
import { HotlapError } from '../engine/domain/errors.ts';
import type { Instrument } from '../engine/domain/instrument.ts';
import { WIDTH } from './messages/header.ts';

/** Symbols and price scales of the run's instruments: by handle to send, by the bytes of Symbol(55) to receive. */
export class InstrumentTable {
  readonly #symbols: Uint8Array[] = [];
  /** Decimal places of a price, by handle; -1 for no such instrument. */
  #decimals = new Int32Array(16).fill(-1);
  /** Open addressing by FNV-1a: handle + 1, 0 for empty. At most half full. */
  #slots = new Int32Array(32);
  #count = 0;

  add(instrument: Instrument): void {
    const { handle, symbol } = instrument;
    if (!/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(symbol) || symbol.length > WIDTH.symbol) {
      throw new HotlapError(
        'ERR_FIX_SYMBOL',
        `"${symbol}" cannot be a Symbol(55): give 1 to ${WIDTH.symbol} ASCII characters.`,
      );
    }
    const decimals = Math.round(Math.log10(instrument.priceScale));
    if (decimals < 0 || decimals > 9 || 10 ** decimals !== instrument.priceScale) {
      throw new HotlapError(
        'ERR_FIX_PRICE_SCALE',
        `${symbol}: a priceScale of ${instrument.priceScale} is no power of ten.`,
      );
    }
    while (handle >= this.#decimals.length) {
      const grown = new Int32Array(this.#decimals.length * 2).fill(-1);
      grown.set(this.#decimals);
      this.#decimals = grown;
    }
    const isNew = this.#decimals[handle] < 0;
    this.#symbols[handle] = asciiBytes(symbol);
    this.#decimals[handle] = decimals;
    if (isNew) this.#count++;
    if (this.#count * 2 > this.#slots.length) this.#slots = new Int32Array(this.#slots.length * 2);
    this.#slots.fill(0);
    for (let known = 0; known < this.#symbols.length; known++)
      if (this.#symbols[known] !== undefined) this.#insert(known);
  }

  has(handle: number): boolean {
    return handle >= 0 && handle < this.#decimals.length && this.#decimals[handle] >= 0;
  }

  symbol(handle: number): Uint8Array {
    return this.#symbols[handle];
  }

  /** Decimal places of a price: 4 for a priceScale of 10,000. */
  decimals(handle: number): number {
    return this.#decimals[handle];
  }

  /** @returns the handle, or -1 */
  find(bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    for (let at = hash(bytes, start, end) & mask; this.#slots[at] !== 0; at = (at + 1) & mask) {
      const handle = this.#slots[at] - 1;
      if (same(this.#symbols[handle], bytes, start, end)) return handle;
    }
    return -1;
  }

  #insert(handle: number): void {
    const symbol = this.#symbols[handle];
    const mask = this.#slots.length - 1;
    let at = hash(symbol, 0, symbol.length) & mask;
    while (this.#slots[at] !== 0) at = (at + 1) & mask;
    this.#slots[at] = handle + 1;
  }
}

function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let i = start; i < end; i++) value = Math.imul(value ^ bytes[i], 0x01000193);
  return value;
}

function same(symbol: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (symbol.length !== end - start) return false;
  for (let i = 0; i < symbol.length; i++) if (symbol[i] !== bytes[start + i]) return false;
  return true;
}
