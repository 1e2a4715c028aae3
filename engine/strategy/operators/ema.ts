import type { Subscriber } from 'rxjs';
import type { ViewOperator } from '../borrowed-stream.ts';
import { Scalar } from './scalar.ts';
import { checkedWindow, type KeepOptions, statefulOperator } from './stateful-operator.ts';
import { OperatorSubscriber } from './view-operator.ts';

const COUNT = 0;
const AVERAGE = 1;
const NUMBERS = 2;

class EmaSubscriber extends OperatorSubscriber<Scalar, Scalar> {
  private readonly numbers: Float64Array;
  private readonly window: number;
  private readonly weight = new Float64Array(1);
  private readonly scalar = new Scalar();

  constructor(destination: Subscriber<Scalar>, numbers: Float64Array, window: number) {
    super(destination);
    this.numbers = numbers;
    this.window = window;
    this.weight[0] = 2 / (window + 1);
  }

  protected override _next(input: Scalar): void {
    const { numbers, scalar, window } = this;
    if (Number.isNaN(input.value)) {
      scalar.set(Number.NaN);
    } else {
      const count = numbers[COUNT] as number;
      const before = numbers[AVERAGE] as number;
      numbers[AVERAGE] = count === 0 ? input.value : before + (input.value - before) * (this.weight[0] as number);
      if (count < window) numbers[COUNT] = count + 1;
      scalar.set(numbers[COUNT] === window ? (numbers[AVERAGE] as number) : Number.NaN);
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
    (destination, numbers) => new EmaSubscriber(destination, numbers, window),
  );
};
