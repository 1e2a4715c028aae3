import type { Subscriber } from 'rxjs';
import type { ViewOperator } from '../borrowed-stream.ts';
import { RollingWindow, windowNumbers } from './rolling-window.ts';
import { Scalar } from './scalar.ts';
import { checkedWindow, type KeepOptions, statefulOperator } from './stateful-operator.ts';
import { OperatorSubscriber } from './view-operator.ts';

/** What a rolling operator makes of its full window and the newest value. */
abstract class RollingSubscriber extends OperatorSubscriber<Scalar, Scalar> {
  protected readonly rolling: RollingWindow;
  /** Mean and deviation. */
  protected readonly moments = new Float64Array(2);
  protected readonly scalar = new Scalar();

  constructor(destination: Subscriber<Scalar>, numbers: Float64Array, window: number) {
    super(destination);
    this.rolling = new RollingWindow(numbers, window);
  }

  protected override _next(input: Scalar): void {
    const { rolling, scalar } = this;
    if (Number.isNaN(input.value)) {
      scalar.set(Number.NaN);
    } else {
      rolling.push(input);
      if (rolling.full) this.show(input);
      else scalar.set(Number.NaN);
    }
    this.out.next(scalar);
  }

  protected abstract show(input: Scalar): void;
}

class SmaSubscriber extends RollingSubscriber {
  protected override show(): void {
    this.rolling.mean(this.moments, 0);
    this.scalar.set(this.moments[0] as number);
  }
}

class StdDevSubscriber extends RollingSubscriber {
  protected override show(): void {
    this.rolling.deviation(this.moments, 1);
    this.scalar.set(this.moments[1] as number);
  }
}

class ZScoreSubscriber extends RollingSubscriber {
  protected override show(input: Scalar): void {
    const { moments } = this;
    this.rolling.mean(moments, 0);
    this.rolling.deviation(moments, 1);
    const deviation = moments[1] as number;
    this.scalar.set(deviation === 0 ? 0 : (input.value - (moments[0] as number)) / deviation);
  }
}

/** Simple moving average of the last `window` numbers. NaN until there are so many; NaN in gives NaN out and is not counted. */
export const sma = (window: number, options: KeepOptions = {}): ViewOperator<Scalar, Scalar> => {
  checkedWindow('sma', window);
  return statefulOperator<Scalar, Scalar>(
    options,
    `sma(${window})`,
    windowNumbers(window),
    (destination, numbers) => new SmaSubscriber(destination, numbers, window),
  );
};

/**
 * Standard deviation of the last `window` numbers, of all of them (divided by n), as Bollinger's bands have it. NaN until
 * there are so many; NaN in gives NaN out and is not counted.
 */
export const rollingStdDev = (window: number, options: KeepOptions = {}): ViewOperator<Scalar, Scalar> => {
  checkedWindow('rollingStdDev', window, 2);
  return statefulOperator<Scalar, Scalar>(
    options,
    `rollingStdDev(${window})`,
    windowNumbers(window),
    (destination, numbers) => new StdDevSubscriber(destination, numbers, window),
  );
};

/**
 * How many standard deviations a number lies above the mean of the last `window`, itself included; 0 while they are all
 * the same. NaN until there are so many; NaN in gives NaN out and is not counted.
 */
export const zScore = (window: number, options: KeepOptions = {}): ViewOperator<Scalar, Scalar> => {
  checkedWindow('zScore', window, 2);
  return statefulOperator<Scalar, Scalar>(
    options,
    `zScore(${window})`,
    windowNumbers(window),
    (destination, numbers) => new ZScoreSubscriber(destination, numbers, window),
  );
};
