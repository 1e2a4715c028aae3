import { EXECUTION_ID_BYTES } from '../journal/records.ts';

/** Bytes kept of an ExecID(17); of a longer one its length and a sum over all of it must be the same as well. */
const ID_BYTES = EXECUTION_ID_BYTES;
const NONE = -1;
/** Corrections of one execution that are followed. */
const MAX_CORRECTIONS = 64;

/** What became of an execution. */
export const EXECUTION = {
  /** It counts. */
  live: 1,
  /** Taken back or corrected. */
  gone: 2,
  /** No execution: a bust, correction, replacement or restatement that must not be applied twice. */
  note: 3,
  /** Taken back or corrected before it came: once it comes it is `gone`. */
  awaited: 4,
} as const;

/**
 * The latest executions by ExecID(17), of which the venue says that it is unique for a day and for the life of an order:
 * so it counts together with the order. Preallocated; the oldest gives way.
 */
export class Executions {
  readonly capacity: number;
  /** By entry. `key` is the order's, 0 where nobody here knew the order. */
  readonly key: Float64Array;
  readonly price: Float64Array;
  readonly quantity: Float64Array;
  readonly strategy: Int32Array;
  readonly instrument: Int32Array;
  readonly side: Int32Array;
  /** One of EXECUTION. */
  readonly status: Int32Array;
  /** The correction that came in its place; -1 for none. */
  readonly successor: Int32Array;
  /** Counts over the run, from 1: an entry is used again, its serial is not. */
  readonly serial: Float64Array;
  /** ID_BYTES an entry. */
  readonly ids: Uint8Array;
  readonly lengths: Int32Array;
  readonly hashes: Int32Array;
  /** Entries that the journal does not have as they are, the first `changes` of it. */
  readonly changed: Int32Array;
  changes = 0;
  private readonly isChanged: Uint8Array;
  private lastSerial = 0;
  /** Open addressing, entry + 1, at most half full. */
  private readonly slots: Int32Array;
  private readonly mask: number;
  private next = 0;
  private count = 0;

  /** @param capacity a power of two */
  constructor(capacity = 32_768) {
    this.capacity = capacity;
    this.key = new Float64Array(capacity);
    this.price = new Float64Array(capacity);
    this.quantity = new Float64Array(capacity);
    this.strategy = new Int32Array(capacity);
    this.instrument = new Int32Array(capacity);
    this.side = new Int32Array(capacity);
    this.status = new Int32Array(capacity);
    this.successor = new Int32Array(capacity);
    this.serial = new Float64Array(capacity);
    this.changed = new Int32Array(capacity);
    this.isChanged = new Uint8Array(capacity);
    this.ids = new Uint8Array(capacity * ID_BYTES);
    this.lengths = new Int32Array(capacity);
    this.hashes = new Int32Array(capacity);
    this.slots = new Int32Array(capacity * 2);
    this.mask = capacity * 2 - 1;
  }

  /** The entry that `remember` takes next. */
  get upcoming(): number {
    return this.next;
  }

  get size(): number {
    return this.count;
  }

  /**
   * The execution called bytes[start, end) of the order, or of an order that nobody knew. @returns its entry, -1 for none
   * @param key 0: of any order, the latest remembered that traded this instrument on this side counts
   */
  find(bytes: Uint8Array, start: number, end: number, key: number, instrument: number, side: number): number {
    const { key: keys, instrument: instruments, side: sides } = this;
    const hash = hashOf(bytes, start, end);
    for (let slot = hash & this.mask; this.slots[slot] !== 0; slot = (slot + 1) & this.mask) {
      const entry = (this.slots[slot] as number) - 1;
      if (!this.isCalled(entry, hash, bytes, start, end)) continue;
      const own = keys[entry] as number;
      if (own === key && own !== 0) return entry;
      if ((own === 0 || key === 0) && instruments[entry] === instrument && sides[entry] === side) return entry;
    }
    return NONE;
  }

  /** What stands in an execution's place after all its corrections. */
  latest(entry: number): number {
    let at = entry;
    for (let step = 0; step < MAX_CORRECTIONS; step += 1) {
      const next = this.successor[at] as number;
      // An entry that has given way to another order's says nothing.
      if (next < 0 || this.key[next] !== this.key[entry]) break;
      at = next;
    }
    return at;
  }

  /** Remembers it as `live`, without price and quantity, which are the caller's to fill. @returns its entry */
  remember(
    bytes: Uint8Array,
    start: number,
    end: number,
    key: number,
    strategy: number,
    instrument: number,
    side: number,
  ): number {
    const length = end - start;
    const entry = this.take(hashOf(bytes, start, end), length);
    const kept = length < ID_BYTES ? length : ID_BYTES;
    for (let index = 0; index < kept; index += 1) {
      this.ids[entry * ID_BYTES + index] = bytes[start + index] as number;
    }
    this.key[entry] = key;
    this.strategy[entry] = strategy;
    this.instrument[entry] = instrument;
    this.side[entry] = side;
    return entry;
  }

  /**
   * The executions that were told under the number `from`, of an order that nobody knew, are the order's of the key `to`.
   * @param sums its quantity and value, added to. Cold
   */
  move(from: number, to: number, sums: Float64Array): void {
    for (const entry of this.entries()) {
      if (this.key[entry] !== from) continue;
      if (from !== to) this.claim(entry, to);
      if (this.status[entry] !== EXECUTION.live) continue;
      const quantity = this.quantity[entry] as number;
      sums[0] = (sums[0] as number) + quantity;
      sums[1] = (sums[1] as number) + quantity * (this.price[entry] as number);
    }
  }

  /** One of an earlier run, which the journal has: without what it is of, which is the caller's to fill. Cold. */
  restore(execId: string, length: number, hash: number): number {
    const entry = this.take(hash, length);
    for (let index = 0; index < execId.length; index += 1) {
      this.ids[entry * ID_BYTES + index] = execId.charCodeAt(index);
    }
    return entry;
  }

  /** @param status one of EXECUTION */
  become(entry: number, status: number): void {
    this.status[entry] = status;
    this.touch(entry);
  }

  /** A correction stands in its place from now on. */
  follow(entry: number, successor: number): void {
    this.successor[entry] = successor;
    this.touch(entry);
  }

  /** The order that it was of has become known. */
  claim(entry: number, key: number): void {
    this.key[entry] = key;
    this.touch(entry);
  }

  /** The journal has the first `count` changes, the oldest. */
  written(count: number): void {
    const left = this.changes - count;
    for (let index = 0; index < count; index += 1) this.isChanged[this.changed[index] as number] = 0;
    for (let index = 0; index < left; index += 1) this.changed[index] = this.changed[index + count] as number;
    this.changes = left;
  }

  /** Serial of what stands in an execution's place; 0 for none. */
  successorSerial(entry: number): number {
    const successor = this.successor[entry] as number;
    return successor < 0 ? 0 : (this.serial[successor] as number);
  }

  /** ExecID(17) of an entry, cut where it was too long. Cold. */
  execId(entry: number): string {
    const length = Math.min(this.lengths[entry] as number, ID_BYTES);
    return String.fromCharCode(...this.ids.subarray(entry * ID_BYTES, entry * ID_BYTES + length));
  }

  /** Entries from the oldest to the latest. Cold. */
  *entries(): Generator<number> {
    const oldest = this.count === this.capacity ? this.next : 0;
    for (let index = 0; index < this.count; index += 1) yield (oldest + index) & (this.capacity - 1);
  }

  /** Without a branch that is rarely taken: two ExecIDs share a hash once in 4,000 million pairs. */
  private isCalled(entry: number, hash: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { ids } = this;
    const length = end - start;
    const kept = length < ID_BYTES ? length : ID_BYTES;
    const at = entry * ID_BYTES;
    let difference = ((this.lengths[entry] as number) ^ length) | ((this.hashes[entry] as number) ^ hash);
    for (let index = 0; index < kept; index += 1) {
      difference |= (ids[at + index] as number) ^ (bytes[start + index] as number);
    }
    return difference === 0;
  }

  private touch(entry: number): void {
    if (this.isChanged[entry] === 1) return;
    this.isChanged[entry] = 1;
    this.changed[this.changes] = entry;
    this.changes += 1;
  }

  /** The oldest entry gives way where all are taken. */
  private take(hash: number, length: number): number {
    const entry = this.next;
    this.next = (entry + 1) & (this.capacity - 1);
    if (this.count === this.capacity) this.forget(entry);
    else this.count += 1;
    this.lastSerial += 1;
    this.serial[entry] = this.lastSerial;
    this.lengths[entry] = length;
    this.hashes[entry] = hash;
    this.price[entry] = 0;
    this.quantity[entry] = 0;
    this.status[entry] = EXECUTION.live;
    this.successor[entry] = NONE;
    let slot = hash & this.mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask;
    this.slots[slot] = entry + 1;
    this.touch(entry);
    return entry;
  }

  /** Closes the hole by moving later entries back, so that no tombstones pile up. */
  private forget(entry: number): void {
    const { slots, mask } = this;
    let hole = (this.hashes[entry] as number) & mask;
    while (slots[hole] !== entry + 1) hole = (hole + 1) & mask;
    for (let next = (hole + 1) & mask; slots[next] !== 0; next = (next + 1) & mask) {
      const home = (this.hashes[(slots[next] as number) - 1] as number) & mask;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      slots[hole] = slots[next] as number;
      hole = next;
    }
    slots[hole] = 0;
  }
}

/** FNV-1a, folded to 30 bits: a small integer whoever passes it on. */
export const hashOf = (bytes: Uint8Array, start: number, end: number): number => {
  let hash = 0x811c9dc5 | 0;
  for (let index = start; index < end; index += 1) hash = Math.imul(hash ^ (bytes[index] as number), 0x01000193);
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
};
