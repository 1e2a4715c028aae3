import type { Place } from './numbers.ts';
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
  private readonly at: number;
  private readonly window: number;

  /** @param place of `windowNumbers(window)` */
  constructor({ numbers, at }: Place, window: number) {
    this.numbers = numbers;
    this.at = at;
    this.window = window;
  }

  get full(): boolean {
    return this.numbers[this.at + COUNT] === this.window;
  }

  push(scalar: Scalar): void {
    const { numbers, at, window } = this;
    const { value } = scalar;
    const count = numbers[at + COUNT] as number;
    const next = numbers[at + NEXT] as number;
    if (count === 0) numbers[at + ORIGIN] = value;
    const origin = numbers[at + ORIGIN] as number;
    if (count === window) {
      const old = (numbers[at + VALUES + next] as number) - origin;
      numbers[at + ADDEND] = -old;
      this.addTo(at + SUM);
      numbers[at + ADDEND] = -(old * old);
      this.addTo(at + SQUARES);
    } else {
      numbers[at + COUNT] = count + 1;
    }
    numbers[at + VALUES + next] = value;
    numbers[at + NEXT] = next + 1 === window ? 0 : next + 1;
    const distance = value - origin;
    numbers[at + ADDEND] = distance;
    this.addTo(at + SUM);
    numbers[at + ADDEND] = distance * distance;
    this.addTo(at + SQUARES);
  }

  /** Into out[to]. */
  mean(out: Float64Array, to: number): void {
    const { numbers, at } = this;
    const sum = (numbers[at + SUM] as number) + (numbers[at + SUM + 1] as number);
    out[to] = (numbers[at + ORIGIN] as number) + sum / (numbers[at + COUNT] as number);
  }

  /** Of the whole window (divided by n, not n - 1), into out[to]. */
  deviation(out: Float64Array, to: number): void {
    const { numbers, at } = this;
    const count = numbers[at + COUNT] as number;
    const sum = (numbers[at + SUM] as number) + (numbers[at + SUM + 1] as number);
    const squares = (numbers[at + SQUARES] as number) + (numbers[at + SQUARES + 1] as number);
    out[to] = Math.sqrt(Math.max(0, (squares - (sum * sum) / count) / count));
  }

  /** Adds what is at ADDEND: a fraction as an argument would be a heap number where this is not inlined. */
  private addTo(to: number): void {
    const { numbers } = this;
    const value = numbers[this.at + ADDEND] as number;
    const high = numbers[to] as number;
    const sum = high + value;
    const part = sum - high;
    // What the sum has lost of both.
    const lost = high - (sum - part) + (value - part);
    numbers[to] = sum;
    numbers[to + 1] = (numbers[to + 1] as number) + lost;
  }
}
