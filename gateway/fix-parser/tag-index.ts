/**
 * Finds a tag's place in a list without a load per possible tag: open addressing over tag modulo size, at most half
 * full. Tags of a version lie close together, so nearly every one is found at its first place.
 */
export class TagIndex {
  readonly #tags: Int32Array;
  /** Place in the list plus one; 0 is free. */
  readonly #places: Int32Array;
  readonly #mask: number;

  /** A tag that the list holds twice is found where it stands first. */
  constructor(list: ArrayLike<number>) {
    let size = 4;
    while (size < list.length * 2) size *= 2;
    this.#tags = new Int32Array(size);
    this.#places = new Int32Array(size);
    this.#mask = size - 1;
    for (let place = 0; place < list.length; place++) {
      if (this.indexOf(list[place]) >= 0) continue;
      let at = list[place] & this.#mask;
      while (this.#places[at] !== 0) at = (at + 1) & this.#mask;
      this.#tags[at] = list[place];
      this.#places[at] = place + 1;
    }
  }

  /** The tag's place in the list, or -1. */
  indexOf(tag: number): number {
    const places = this.#places;
    const mask = this.#mask;
    for (let at = tag & mask; places[at] !== 0; at = (at + 1) & mask) {
      if (this.#tags[at] === tag) return places[at] - 1;
    }
    return -1;
  }
}
