/**
 * Which row the latest ordinals led to, whatever became of them: a report may come after its ClOrdID(11) has been
 * replaced more than once. An entry counts only while its row still belongs to the same order.
 */
export class OrdinalHistory {
  private readonly ordinals: Float64Array;
  /** Of whom the ordinal is: ordinals tell nothing by their order, orders that are taken over have old ones. */
  private readonly keys: Float64Array;
  private readonly rows: Int32Array;
  private readonly mask: number;

  /** @param entries a power of two */
  constructor(entries: number) {
    this.ordinals = new Float64Array(entries);
    this.keys = new Float64Array(entries);
    this.rows = new Int32Array(entries);
    this.mask = entries - 1;
  }

  /** @param keys by row: the order's, which its row keeps for as long as it is that order's */
  set(ordinal: number, row: number, keys: Float64Array): void {
    const slot = ordinal & this.mask;
    this.ordinals[slot] = ordinal;
    this.keys[slot] = keys[row] as number;
    this.rows[slot] = row;
  }

  /** @param keys by row, as they are now @returns -1 for none */
  get(ordinal: number, keys: Float64Array): number {
    const slot = ordinal & this.mask;
    if (this.ordinals[slot] !== ordinal) return -1;
    const row = this.rows[slot] as number;
    const key = keys[row] as number;
    return key > 0 && key === this.keys[slot] ? row : -1;
  }

  /** Key of the order that it led to, whose row may be another's by now; 0 where that is not known any more. */
  keyEver(ordinal: number): number {
    const slot = ordinal & this.mask;
    return this.ordinals[slot] === ordinal ? (this.keys[slot] as number) : 0;
  }
}
