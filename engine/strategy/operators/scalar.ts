/**
 * A number between two operators. A bare fraction costs 16 B of heap each time it crosses an operator that several
 * pipelines share; this cell is used again for each event. Borrowed: read `value`, do not keep the cell.
 */
export class Scalar {
  private readonly cell = new Float64Array(1);

  get value(): number {
    return this.cell[0] as number;
  }

  set(value: number): void {
    this.cell[0] = value;
  }
}
