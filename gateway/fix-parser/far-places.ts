/**
 * Where in a message the tags lie that are too large for a table by tag: open addressing, at most half full. The hash is
 * drawn when it is made: nobody outside can choose tags that all fall on one place.
 *
 *   place: base + index of the field, negative once taken from `base` where the message does not have the tag
 */
export class FarPlaces {
  readonly #fields: Int32Array;
  readonly #places: Int32Array;
  readonly #mask: number;
  readonly #shift: number;
  readonly #factor = (Math.random() * 2 ** 32) | 1;

  /** @param fields cells of the message's fields, three each, the first of them the tag */
  constructor(fields: Int32Array) {
    const most = Math.max(2, (fields.length / 3) * 2);
    const bits = Math.ceil(Math.log2(most));
    this.#fields = fields;
    this.#places = new Int32Array(2 ** bits);
    this.#mask = 2 ** bits - 1;
    this.#shift = 32 - bits;
  }

  clear(): void {
    this.#places.fill(0);
  }

  /** Notes the tag of the field at `index`. @returns the index of the field that had the tag before, or `index` */
  add(tag: number, index: number, base: number): number {
    const places = this.#places;
    let at = this.#start(tag);
    for (let found = places[at] - base; found >= 0; found = places[at] - base) {
      if (this.#fields[found * 3] === tag) return found;
      at = (at + 1) & this.#mask;
    }
    places[at] = base + index;
    return index;
  }

  /** Index of the first field with this tag, or -1. */
  indexOf(tag: number, base: number): number {
    const places = this.#places;
    let at = this.#start(tag);
    for (let found = places[at] - base; found >= 0; found = places[at] - base) {
      if (this.#fields[found * 3] === tag) return found;
      at = (at + 1) & this.#mask;
    }
    return -1;
  }

  #start(tag: number): number {
    return Math.imul(tag, this.#factor) >>> this.#shift;
  }
}
