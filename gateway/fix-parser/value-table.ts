import { asciiBytes } from './ascii.ts';
import type { FieldData } from './dictionary-data.ts';

/** The values that fields enumerate, found by their bytes: one table of open addressing for all fields of a dictionary. */
export class ValueTable {
  readonly meanings: readonly string[];
  readonly #bytes: Uint8Array;
  /** Of value i: the field's place in the dictionary, and its bytes #bytes[#starts[i], #starts[i + 1]). */
  readonly #fields: Int32Array;
  readonly #starts: Int32Array;
  /** Value plus one; 0 is free. */
  readonly #cells: Int32Array;
  readonly #mask: number;

  constructor(fields: readonly FieldData[]) {
    const owners: number[] = [];
    const texts: string[] = [];
    const meanings: string[] = [];
    for (const [place, field] of fields.entries()) {
      for (const [value, meaning] of field[3] ?? []) {
        owners.push(place);
        texts.push(value);
        meanings.push(meaning);
      }
    }
    this.meanings = meanings;
    this.#fields = Int32Array.from(owners);
    this.#starts = new Int32Array(texts.length + 1);
    for (const [i, text] of texts.entries()) this.#starts[i + 1] = this.#starts[i] + text.length;
    this.#bytes = asciiBytes(texts.join(''));
    let size = 4;
    while (size < texts.length * 2) size *= 2;
    this.#cells = new Int32Array(size);
    this.#mask = size - 1;
    for (let i = 0; i < texts.length; i++) {
      let at = this.#hash(owners[i], this.#bytes, this.#starts[i], this.#starts[i + 1]);
      while (this.#cells[at] !== 0) at = (at + 1) & this.#mask;
      this.#cells[at] = i + 1;
    }
  }

  /** The value's place in `meanings`, or -1 where the field does not list it. */
  indexOf(field: number, bytes: Uint8Array, start: number, end: number): number {
    for (let at = this.#hash(field, bytes, start, end); this.#cells[at] !== 0; at = (at + 1) & this.#mask) {
      const value = this.#cells[at] - 1;
      if (this.#fields[value] === field && this.#isAt(value, bytes, start, end)) return value;
    }
    return -1;
  }

  #isAt(value: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#starts[value];
    if (this.#starts[value + 1] - from !== end - start) return false;
    for (let i = 0; i < end - start; i++) if (this.#bytes[from + i] !== bytes[start + i]) return false;
    return true;
  }

  /** FNV-1a. */
  #hash(field: number, bytes: Uint8Array, start: number, end: number): number {
    let hash = Math.imul(0x811c9dc5 ^ field, 0x01000193);
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193);
    return (hash ^ (hash >>> 15)) & this.#mask;
  }
}
