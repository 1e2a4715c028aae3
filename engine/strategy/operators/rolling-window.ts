import type { Scalar } from './scalar.ts';

/**
 * The last values of a stream and their sums, over numbers that a strategy may keep:
 *
 *   0 values so far, up to the window · 1 where the next goes · 2 first value, from which all are counted
 *   3, 4 sum of the values' distances from it, in two parts · 5, 6 sum of their squares, in two parts
 *   7 what is being added · 8 … the values
 *
 * Sums in two parts (T. J. Dekker's) do not drift: what a value adds it takes away again to the last bit, however many
 * millions have gone through.
 */
const COUNT = 0;
const NEXT = 1;
const ORIGIN = 2;
const SUM = 3;
const SQUARES = 5;
const ADDEND = 7;
const VALUES = 8;

export const windowNumbers = (window: number): number => VALUES + window;

export class RollingWindow {
  private readonly numbers: Float64Array;
  private readonly window: number;

  /** @param numbers `windowNumbers(window)` of them */
  constructor(numbers: Float64Array, window: number) {
    this.numbers = numbers;
    this.window = window;
  }

  get full(): boolean {
    return this.numbers[COUNT] === this.window;
  }

  push(scalar: Scalar): void {
    const { numbers, window } = this;
    const { value } = scalar;
    const count = numbers[COUNT] as number;
    const next = numbers[NEXT] as number;
    if (count === 0) numbers[ORIGIN] = value;
    const origin = numbers[ORIGIN] as number;
    if (count === window) {
      const old = (numbers[VALUES + next] as number) - origin;
      numbers[ADDEND] = -old;
      this.addTo(SUM);
      numbers[ADDEND] = -(old * old);
      this.addTo(SQUARES);
    } else {
      numbers[COUNT] = count + 1;
    }
    numbers[VALUES + next] = value;
    numbers[NEXT] = next + 1 === window ? 0 : next + 1;
    const distance = value - origin;
    numbers[ADDEND] = distance;
    this.addTo(SUM);
    numbers[ADDEND] = distance * distance;
    this.addTo(SQUARES);
  }

  /** Into out[at]. */
  mean(out: Float64Array, at: number): void {
    const { numbers } = this;
    const sum = (numbers[SUM] as number) + (numbers[SUM + 1] as number);
    out[at] = (numbers[ORIGIN] as number) + sum / (numbers[COUNT] as number);
  }

  /** Of the whole window (divided by n, not n - 1), into out[at]. */
  deviation(out: Float64Array, at: number): void {
    const { numbers } = this;
    const count = numbers[COUNT] as number;
    const sum = (numbers[SUM] as number) + (numbers[SUM + 1] as number);
    const squares = (numbers[SQUARES] as number) + (numbers[SQUARES + 1] as number);
    out[at] = Math.sqrt(Math.max(0, (squares - (sum * sum) / count) / count));
  }

  /** Adds numbers[ADDEND]: a fraction as an argument would be a heap number where this is not inlined. */
  private addTo(at: number): void {
    const { numbers } = this;
    const value = numbers[ADDEND] as number;
    const high = numbers[at] as number;
    const sum = high + value;
    const part = sum - high;
    // What the sum has lost of both.
    const lost = high - (sum - part) + (value - part);
    numbers[at] = sum;
    numbers[at + 1] = (numbers[at + 1] as number) + lost;
  }
}
