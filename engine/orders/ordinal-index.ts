/** Ordinal → row: open addressing over int32 pairs, at most half full. Ordinals are 1 to 2^31-1; 0 is never stored. */
export class OrdinalIndex {
  private readonly keys: Int32Array;
  private readonly rows: Int32Array;
  private readonly mask: number;
  private readonly shift: number;

  constructor(entries: number) {
    const bits = Math.max(4, Math.ceil(Math.log2(entries * 2)));
    this.keys = new Int32Array(2 ** bits);
    this.rows = new Int32Array(2 ** bits);
    this.mask = 2 ** bits - 1;
    this.shift = 32 - bits;
  }

  /** -1 when the ordinal leads nowhere. */
  get(ordinal: number): number {
    const slot = this.slotOf(ordinal);
    return this.keys[slot] === ordinal ? (this.rows[slot] as number) : -1;
  }

  set(ordinal: number, row: number): void {
    const slot = this.slotOf(ordinal);
    this.keys[slot] = ordinal;
    this.rows[slot] = row;
  }

  /** Closes the hole by moving later entries back, so that no tombstones pile up. */
  delete(ordinal: number): void {
    if (ordinal === 0) return;
    let hole = this.slotOf(ordinal);
    if (this.keys[hole] !== ordinal) return;
    for (let next = (hole + 1) & this.mask; this.keys[next] !== 0; next = (next + 1) & this.mask) {
      const home = this.home(this.keys[next] as number);
      // The entry may move when its home does not lie between the hole and where it is.
      if (((next - home) & this.mask) < ((next - hole) & this.mask)) continue;
      this.keys[hole] = this.keys[next] as number;
      this.rows[hole] = this.rows[next] as number;
      hole = next;
    }
    this.keys[hole] = 0;
  }

  private home(ordinal: number): number {
    return Math.imul(ordinal, 0x9e3779b1) >>> this.shift;
  }

  /** Where the ordinal is, or would go. */
  private slotOf(ordinal: number): number {
    let slot = this.home(ordinal);
    while (this.keys[slot] !== 0 && this.keys[slot] !== ordinal) slot = (slot + 1) & this.mask;
    return slot;
  }
}
