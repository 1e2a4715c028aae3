import type { Subscriber } from 'rxjs';
import type { ViewOperator } from '../borrowed-stream.ts';
import type { Place } from './numbers.ts';
import { RollingWindow, windowNumbers } from './rolling-window.ts';
import { Scalar } from './scalar.ts';
import { checkedWindow, type KeepOptions, statefulOperator } from './stateful-operator.ts';
import { OperatorSubscriber } from './view-operator.ts';

/** Mean and deviation of the window that is being shown: numbers as results would be heap numbers. */
const moments = new Float64Array(2);

/** What a rolling operator makes of its full window and the newest value. */
abstract class RollingSubscriber extends OperatorSubscriber<Scalar, Scalar> {
  protected readonly rolling: RollingWindow;
  protected readonly scalar = new Scalar();

  constructor(destination: Subscriber<Scalar>, place: Place, window: number) {
    super(destination);
    this.rolling = new RollingWindow(place, window);
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
    this.rolling.mean(moments, 0);
    this.scalar.set(moments[0] as number);
  }
}

class StdDevSubscriber extends RollingSubscriber {
  protected override show(): void {
    this.rolling.deviation(moments, 1);
    this.scalar.set(moments[1] as number);
  }
}

class ZScoreSubscriber extends RollingSubscriber {
  protected override show(input: Scalar): void {
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
    (destination, place) => new SmaSubscriber(destination, place, window),
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
    (destination, place) => new StdDevSubscriber(destination, place, window),
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
    (destination, place) => new ZScoreSubscriber(destination, place, window),
  );
};
