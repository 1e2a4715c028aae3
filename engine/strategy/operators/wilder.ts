import type { ViewOperator } from '../borrowed-stream.ts';
import type { BarView } from './bars.ts';
import { checkedWindow } from './checked-window.ts';
import type { KeepOptions } from './kept-place.ts';
import { keptStep } from './kept-step.ts';
import { counting, reading } from './pipeline.ts';
import type { Scalar } from './scalar.ts';
import { Step, sharedStep, wire } from './step.ts';

/** Values so far, up to the window plus one; the value before; two averages by Wilder. */
const COUNT = 0;
const BEFORE = 1;
const FIRST = 2;
const SECOND = 3;
const NUMBERS = 4;

/**
 * One more in J. W. Wilder's smoothing: the mean of the first `window`, then (average × (window - 1) + value) / window.
 * @param count how many there were before
 */
function smooth(numbers: Float64Array, at: number, count: number, window: number, value: number): void {
  const average = numbers[at] as number;
  numbers[at] = count < window ? average + (value - average) / (count + 1) : average + (value - average) / window;
}

class Rsi extends Step {
  private readonly window: number;

  constructor(window: number) {
    super(NUMBERS);
    this.window = window;
  }

  override next(numbers: Float64Array, at: number): boolean {
    const value = wire[0] as number;
    if (Number.isNaN(value)) return true;
    const { window } = this;
    const count = numbers[at + COUNT] as number;
    if (count > 0) {
      const change = value - (numbers[at + BEFORE] as number);
      smooth(numbers, at + FIRST, count - 1, window, change > 0 ? change : 0);
      smooth(numbers, at + SECOND, count - 1, window, change < 0 ? -change : 0);
    }
    numbers[at + BEFORE] = value;
    if (count <= window) numbers[at + COUNT] = count + 1;
    const gain = numbers[at + FIRST] as number;
    const loss = numbers[at + SECOND] as number;
    if (count < window) wire[0] = Number.NaN;
    else wire[0] = loss === 0 ? 100 : 100 - 100 / (1 + gain / loss);
    return true;
  }
}

class Atr extends Step<BarView> {
  private readonly window: number;

  constructor(window: number) {
    super(NUMBERS);
    this.window = window;
  }

  override next(numbers: Float64Array, at: number, bar: BarView): boolean {
    const { window } = this;
    const count = numbers[at + COUNT] as number;
    const before = count === 0 ? bar.close : (numbers[at + BEFORE] as number);
    const high = count === 0 ? bar.high : Math.max(bar.high, before);
    const low = count === 0 ? bar.low : Math.min(bar.low, before);
    smooth(numbers, at + FIRST, count, window, high - low);
    numbers[at + BEFORE] = bar.close;
    if (count < window) numbers[at + COUNT] = count + 1;
    wire[0] = count + 1 >= window ? (numbers[at + FIRST] as number) : Number.NaN;
    return true;
  }
}

/**
 * Relative strength index by Wilder, 0 to 100: 100 - 100 / (1 + average gain / average loss) over `window` changes; 100
 * without a loss. NaN until there were so many changes; NaN in gives NaN out and is not counted.
 */
export const rsi = (window: number, options: KeepOptions = {}): ViewOperator<Scalar, Scalar> => {
  checkedWindow('rsi', window);
  const shape = `rsi(${window})`;
  return counting(
    keptStep(
      sharedStep(shape, () => new Rsi(window)),
      shape,
      options,
    ),
  );
};

/**
 * Average true range by Wilder, of bars, in the price's unit: the larger of a bar's own range and its reach from the close
 * before. NaN until there were `window` bars.
 */
export const atr = (window: number, options: KeepOptions = {}): ViewOperator<BarView, Scalar> => {
  checkedWindow('atr', window);
  const shape = `atr(${window})`;
  return reading(
    keptStep(
      sharedStep(shape, () => new Atr(window)),
      shape,
      options,
    ),
  );
};
