import type { Subscriber } from 'rxjs';
import type { ViewOperator } from '../borrowed-stream.ts';
import type { BarView } from './bars.ts';
import type { Place } from './numbers.ts';
import { Scalar } from './scalar.ts';
import { checkedWindow, type KeepOptions, statefulOperator } from './stateful-operator.ts';
import { OperatorSubscriber } from './view-operator.ts';

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

class RsiSubscriber extends OperatorSubscriber<Scalar, Scalar> {
  private readonly numbers: Float64Array;
  private readonly at: number;
  private readonly window: number;
  private readonly scalar = new Scalar();

  constructor(destination: Subscriber<Scalar>, { numbers, at }: Place, window: number) {
    super(destination);
    this.numbers = numbers;
    this.at = at;
    this.window = window;
  }

  protected override _next(input: Scalar): void {
    const { numbers, at, scalar, window } = this;
    scalar.set(Number.NaN);
    if (!Number.isNaN(input.value)) {
      const count = numbers[at + COUNT] as number;
      if (count > 0) {
        const change = input.value - (numbers[at + BEFORE] as number);
        smooth(numbers, at + FIRST, count - 1, window, change > 0 ? change : 0);
        smooth(numbers, at + SECOND, count - 1, window, change < 0 ? -change : 0);
      }
      numbers[at + BEFORE] = input.value;
      if (count <= window) numbers[at + COUNT] = count + 1;
      if (count >= window) {
        const gain = numbers[at + FIRST] as number;
        const loss = numbers[at + SECOND] as number;
        scalar.set(loss === 0 ? 100 : 100 - 100 / (1 + gain / loss));
      }
    }
    this.out.next(scalar);
  }
}

class AtrSubscriber extends OperatorSubscriber<BarView, Scalar> {
  private readonly numbers: Float64Array;
  private readonly at: number;
  private readonly window: number;
  private readonly scalar = new Scalar();

  constructor(destination: Subscriber<Scalar>, { numbers, at }: Place, window: number) {
    super(destination);
    this.numbers = numbers;
    this.at = at;
    this.window = window;
  }

  protected override _next(bar: BarView): void {
    const { numbers, at, scalar, window } = this;
    const count = numbers[at + COUNT] as number;
    const before = count === 0 ? bar.close : (numbers[at + BEFORE] as number);
    const high = count === 0 ? bar.high : Math.max(bar.high, before);
    const low = count === 0 ? bar.low : Math.min(bar.low, before);
    smooth(numbers, at + FIRST, count, window, high - low);
    numbers[at + BEFORE] = bar.close;
    if (count < window) numbers[at + COUNT] = count + 1;
    scalar.set(numbers[at + COUNT] === window ? (numbers[at + FIRST] as number) : Number.NaN);
    this.out.next(scalar);
  }
}

/**
 * Relative strength index by Wilder, 0 to 100: 100 - 100 / (1 + average gain / average loss) over `window` changes; 100
 * without a loss. NaN until there were so many changes; NaN in gives NaN out and is not counted.
 */
export const rsi = (window: number, options: KeepOptions = {}): ViewOperator<Scalar, Scalar> => {
  checkedWindow('rsi', window);
  return statefulOperator<Scalar, Scalar>(
    options,
    `rsi(${window})`,
    NUMBERS,
    (destination, place) => new RsiSubscriber(destination, place, window),
  );
};

/**
 * Average true range by Wilder, of bars, in the price's unit: the larger of a bar's own range and its reach from the close
 * before. NaN until there were `window` bars.
 */
export const atr = (window: number, options: KeepOptions = {}): ViewOperator<BarView, Scalar> => {
  checkedWindow('atr', window);
  return statefulOperator<BarView, Scalar>(
    options,
    `atr(${window})`,
    NUMBERS,
    (destination, place) => new AtrSubscriber(destination, place, window),
  );
};
