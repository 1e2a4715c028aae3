import type { Subscriber } from 'rxjs';
import type { ViewOperator } from '../borrowed-stream.ts';
import type { Place } from './numbers.ts';
import { Scalar } from './scalar.ts';
import { checkedWindow, type KeepOptions, statefulOperator } from './stateful-operator.ts';
import { OperatorSubscriber } from './view-operator.ts';

const COUNT = 0;
const AVERAGE = 1;
const NUMBERS = 2;

class EmaSubscriber extends OperatorSubscriber<Scalar, Scalar> {
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
    if (Number.isNaN(input.value)) {
      scalar.set(Number.NaN);
    } else {
      const count = numbers[at + COUNT] as number;
      const before = numbers[at + AVERAGE] as number;
      numbers[at + AVERAGE] = count === 0 ? input.value : before + (input.value - before) * (2 / (window + 1));
      if (count < window) numbers[at + COUNT] = count + 1;
      scalar.set(numbers[at + COUNT] === window ? (numbers[at + AVERAGE] as number) : Number.NaN);
    }
    this.out.next(scalar);
  }
}

/**
 * Exponential moving average with a weight of 2 / (window + 1), begun with the first number. NaN until there were
 * `window` numbers; NaN in gives NaN out and is not counted.
 */
export const ema = (window: number, options: KeepOptions = {}): ViewOperator<Scalar, Scalar> => {
  checkedWindow('ema', window);
  return statefulOperator<Scalar, Scalar>(
    options,
    `ema(${window})`,
    NUMBERS,
    (destination, place) => new EmaSubscriber(destination, place, window),
  );
};
