import { wire } from './step.ts';

/**
 * The last values of a stream and their sums, among the numbers of a pipeline or of a name:
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

/** Takes the wire's value in; the oldest goes where there are more than `window`. @returns whether there are as many */
export function push(numbers: Float64Array, at: number, window: number): boolean {
  const value = wire[0] as number;
  const count = numbers[at + COUNT] as number;
  const next = numbers[at + NEXT] as number;
  if (count === 0) numbers[at + ORIGIN] = value;
  const origin = numbers[at + ORIGIN] as number;
  if (count === window) {
    const old = (numbers[at + VALUES + next] as number) - origin;
    numbers[at + ADDEND] = -old;
    add(numbers, at, SUM);
    numbers[at + ADDEND] = -(old * old);
    add(numbers, at, SQUARES);
  } else {
    numbers[at + COUNT] = count + 1;
  }
  numbers[at + VALUES + next] = value;
  numbers[at + NEXT] = next + 1 === window ? 0 : next + 1;
  const distance = value - origin;
  numbers[at + ADDEND] = distance;
  add(numbers, at, SUM);
  numbers[at + ADDEND] = distance * distance;
  add(numbers, at, SQUARES);
  return numbers[at + COUNT] === window;
}

/** Into out[to]. */
export function mean(numbers: Float64Array, at: number, out: Float64Array, to: number): void {
  const sum = (numbers[at + SUM] as number) + (numbers[at + SUM + 1] as number);
  out[to] = (numbers[at + ORIGIN] as number) + sum / (numbers[at + COUNT] as number);
}

/** Of the whole window (divided by n, not n - 1), into out[to]. */
export function deviation(numbers: Float64Array, at: number, out: Float64Array, to: number): void {
  const count = numbers[at + COUNT] as number;
  const sum = (numbers[at + SUM] as number) + (numbers[at + SUM + 1] as number);
  const squares = (numbers[at + SQUARES] as number) + (numbers[at + SQUARES + 1] as number);
  out[to] = Math.sqrt(Math.max(0, (squares - (sum * sum) / count) / count));
}

/** Adds what is at ADDEND: a fraction as an argument would be a heap number where this is not inlined. */
function add(numbers: Float64Array, at: number, sum: number): void {
  const to = at + sum;
  const value = numbers[at + ADDEND] as number;
  const high = numbers[to] as number;
  const total = high + value;
  const part = total - high;
  // What the sum has lost of both.
  const lost = high - (total - part) + (value - part);
  numbers[to] = total;
  numbers[to + 1] = (numbers[to + 1] as number) + lost;
}
