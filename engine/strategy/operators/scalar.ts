import { placeFor } from './numbers.ts';

/**
 * A number between two operators. A bare fraction costs 16 B of heap each time it crosses an operator that several
 * pipelines share; this cell is used again for each event. Borrowed: read `value`, do not keep the cell.
 */
export class Scalar {
  private readonly numbers: Float64Array;
  private readonly at: number;

  constructor() {
    const { numbers, at } = placeFor(1);
    this.numbers = numbers;
    this.at = at;
  }

  get value(): number {
    return this.numbers[this.at] as number;
  }

  set(value: number): void {
    this.numbers[this.at] = value;
  }

  /** Sets it to `cells[index]`: the number itself would be a heap number where V8 does not inline the call. */
  setFrom(cells: Float64Array, index: number): void {
    this.numbers[this.at] = cells[index] as number;
  }
}
