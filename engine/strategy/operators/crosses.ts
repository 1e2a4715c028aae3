import type { Subscriber } from 'rxjs';
import type { ViewOperator } from '../borrowed-stream.ts';
import type { Scalar } from './scalar.ts';
import { type KeepOptions, statefulOperator } from './stateful-operator.ts';
import { OperatorSubscriber } from './view-operator.ts';

/** In numbers[0]; 0 before the first number. */
const OUTSIDE = 1;
const BEYOND = 2;

class CrossesAboveSubscriber extends OperatorSubscriber<Scalar, Scalar> {
  private readonly numbers: Float64Array;
  private readonly threshold: () => number;

  constructor(destination: Subscriber<Scalar>, numbers: Float64Array, threshold: () => number) {
    super(destination);
    this.numbers = numbers;
    this.threshold = threshold;
  }

  protected override _next(scalar: Scalar): void {
    const value = scalar.value;
    if (Number.isNaN(value)) return;
    const before = this.numbers[0];
    const where = value > this.threshold() ? BEYOND : OUTSIDE;
    this.numbers[0] = where;
    if (before === OUTSIDE && where === BEYOND) this.out.next(scalar);
  }
}

class CrossesBelowSubscriber extends OperatorSubscriber<Scalar, Scalar> {
  private readonly numbers: Float64Array;
  private readonly threshold: () => number;

  constructor(destination: Subscriber<Scalar>, numbers: Float64Array, threshold: () => number) {
    super(destination);
    this.numbers = numbers;
    this.threshold = threshold;
  }

  protected override _next(scalar: Scalar): void {
    const value = scalar.value;
    if (Number.isNaN(value)) return;
    const before = this.numbers[0];
    const where = value < this.threshold() ? BEYOND : OUTSIDE;
    this.numbers[0] = where;
    if (before === OUTSIDE && where === BEYOND) this.out.next(scalar);
  }
}

const asFunction = (threshold: number | (() => number)): (() => number) =>
  typeof threshold === 'number' ? () => threshold : threshold;

/**
 * Passes a number on when it is above the threshold and the one before was not. The first number is no crossing,
 * and NaN is passed over. A function is asked each time, for thresholds that change.
 */
export const crossesAbove = (
  threshold: number | (() => number),
  options: KeepOptions = {},
): ViewOperator<Scalar, Scalar> =>
  statefulOperator<Scalar, Scalar>(
    options,
    'crossesAbove',
    1,
    (destination, numbers) => new CrossesAboveSubscriber(destination, numbers, asFunction(threshold)),
  );

/** Passes a number on when it is below the threshold and the one before was not. See `crossesAbove`. */
export const crossesBelow = (
  threshold: number | (() => number),
  options: KeepOptions = {},
): ViewOperator<Scalar, Scalar> =>
  statefulOperator<Scalar, Scalar>(
    options,
    'crossesBelow',
    1,
    (destination, numbers) => new CrossesBelowSubscriber(destination, numbers, asFunction(threshold)),
  );
