/**
 * Which row the latest ordinals led to, whatever became of them: a report may come after its ClOrdID(11) has been
 * replaced more than once. An entry counts only while its row still belongs to the same order.
 */
export class OrdinalHistory {
  private readonly ordinals: Float64Array;
  private readonly rows: Int32Array;
  private readonly mask: number;

  /** @param entries a power of two */
  constructor(entries: number) {
    this.ordinals = new Float64Array(entries);
    this.rows = new Int32Array(entries);
    this.mask = entries - 1;
  }

  set(ordinal: number, row: number): void {
    const slot = ordinal & this.mask;
    this.ordinals[slot] = ordinal;
    this.rows[slot] = row;
  }

  /** @param keys by row: an ordinal before its row's key is of an order that had the row before. @returns -1 for none */
  get(ordinal: number, keys: Float64Array): number {
    const slot = ordinal & this.mask;
    if (this.ordinals[slot] !== ordinal) return -1;
    const row = this.rows[slot] as number;
    const key = keys[row] as number;
    return key > 0 && ordinal >= key ? row : -1;
  }

  /** Row that it led to, whose order it may be no more; -1 where that is not known any more. */
  rowEver(ordinal: number): number {
    const slot = ordinal & this.mask;
    return this.ordinals[slot] === ordinal ? (this.rows[slot] as number) : -1;
  }
}
