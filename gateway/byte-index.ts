/** Numbers by names that are bytes: open addressing by FNV-1a, at most half full. Looked up without allocating. */
export class ByteIndex {
  readonly #names: Uint8Array[] = [];
  readonly #numbers: number[] = [];
  /** Place of a name + 1, 0 for empty. */
  #slots = new Int32Array(32);

  /** A name that is there already keeps its place and gets the number. @returns the number it had, or -1 */
  set(name: Uint8Array, number: number): number {
    const known = this.#place(name, 0, name.length);
    if (known >= 0) {
      const before = this.#numbers[known];
      this.#numbers[known] = number;
      return before;
    }
    this.#names.push(name);
    this.#numbers.push(number);
    if (this.#names.length * 2 > this.#slots.length) this.#slots = new Int32Array(this.#slots.length * 2);
    else {
      this.#insert(this.#names.length - 1);
      return -1;
    }
    for (let place = 0; place < this.#names.length; place++) this.#insert(place);
    return -1;
  }

  /** @returns the number, or -1 */
  find(bytes: Uint8Array, start: number, end: number): number {
    const place = this.#place(bytes, start, end);
    return place < 0 ? -1 : this.#numbers[place];
  }

  #place(bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    for (let at = hash(bytes, start, end) & mask; this.#slots[at] !== 0; at = (at + 1) & mask) {
      const place = this.#slots[at] - 1;
      if (same(this.#names[place], bytes, start, end)) return place;
    }
    return -1;
  }

  #insert(place: number): void {
    const name = this.#names[place];
    const mask = this.#slots.length - 1;
    let at = hash(name, 0, name.length) & mask;
    while (this.#slots[at] !== 0) at = (at + 1) & mask;
    this.#slots[at] = place + 1;
  }
}

function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let i = start; i < end; i++) value = Math.imul(value ^ bytes[i], 0x01000193);
  return value;
}

function same(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
  return true;
}
