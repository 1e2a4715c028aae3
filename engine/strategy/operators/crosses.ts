import type { Subscriber } from 'rxjs';
import type { ViewOperator } from '../borrowed-stream.ts';
import type { Scalar } from './scalar.ts';
import { OperatorSubscriber, viewOperator } from './view-operator.ts';

const UNKNOWN = 0;
const OUTSIDE = 1;
const BEYOND = 2;

class CrossesAboveSubscriber extends OperatorSubscriber<Scalar, Scalar> {
  private where = UNKNOWN;
  private readonly threshold: () => number;

  constructor(destination: Subscriber<Scalar>, threshold: () => number) {
    super(destination);
    this.threshold = threshold;
  }

  protected override _next(scalar: Scalar): void {
    const value = scalar.value;
    if (Number.isNaN(value)) return;
    const before = this.where;
    this.where = value > this.threshold() ? BEYOND : OUTSIDE;
    if (before === OUTSIDE && this.where === BEYOND) this.out.next(scalar);
  }
}

class CrossesBelowSubscriber extends OperatorSubscriber<Scalar, Scalar> {
  private where = UNKNOWN;
  private readonly threshold: () => number;

  constructor(destination: Subscriber<Scalar>, threshold: () => number) {
    super(destination);
    this.threshold = threshold;
  }

  protected override _next(scalar: Scalar): void {
    const value = scalar.value;
    if (Number.isNaN(value)) return;
    const before = this.where;
    this.where = value < this.threshold() ? BEYOND : OUTSIDE;
    if (before === OUTSIDE && this.where === BEYOND) this.out.next(scalar);
  }
}

const asFunction = (threshold: number | (() => number)): (() => number) =>
  typeof threshold === 'number' ? () => threshold : threshold;

/**
 * Passes a number on when it is above the threshold and the one before was not. The first number is no crossing,
 * and NaN is passed over. A function is asked each time, for thresholds that change.
 */
export const crossesAbove = (threshold: number | (() => number)): ViewOperator<Scalar, Scalar> =>
  viewOperator<Scalar, Scalar>((destination) => new CrossesAboveSubscriber(destination, asFunction(threshold)));

/** Passes a number on when it is below the threshold and the one before was not. See `crossesAbove`. */
export const crossesBelow = (threshold: number | (() => number)): ViewOperator<Scalar, Scalar> =>
  viewOperator<Scalar, Scalar>((destination) => new CrossesBelowSubscriber(destination, asFunction(threshold)));
