import type { Subscriber } from 'rxjs';
import type { ViewOperator } from '../borrowed-stream.ts';
import { type Place, placeFor } from './numbers.ts';
import type { Scalar } from './scalar.ts';
import { type KeepOptions, statefulOperator } from './stateful-operator.ts';
import { OperatorSubscriber } from './view-operator.ts';

/** In numbers[at]; 0 before the first number. */
const OUTSIDE = 1;
const BEYOND = 2;

/** A number, or a function that is asked each time. */
type Threshold = number | (() => number);

const ABOVE = 1;
const BELOW = -1;

class CrossingSubscriber extends OperatorSubscriber<Scalar, Scalar> {
  private readonly numbers: Float64Array;
  private readonly at: number;
  private readonly direction: number;
  /** A threshold that stays lies beside the other numbers: no function is called for it. */
  private readonly levels: Float64Array;
  private readonly levelAt: number;
  private readonly ask: (() => number) | null;

  constructor(destination: Subscriber<Scalar>, { numbers, at }: Place, threshold: Threshold, direction: number) {
    super(destination);
    this.numbers = numbers;
    this.at = at;
    this.direction = direction;
    const level = placeFor(1);
    this.levels = level.numbers;
    this.levelAt = level.at;
    this.ask = typeof threshold === 'number' ? null : threshold;
    if (typeof threshold === 'number') level.numbers[level.at] = threshold;
  }

  protected override _next(scalar: Scalar): void {
    if (Number.isNaN(scalar.value)) return;
    const { numbers, at, levels, levelAt } = this;
    if (this.ask !== null) levels[levelAt] = this.ask();
    const before = numbers[at];
    const where = (scalar.value - (levels[levelAt] as number)) * this.direction > 0 ? BEYOND : OUTSIDE;
    numbers[at] = where;
    if (before === OUTSIDE && where === BEYOND) this.out.next(scalar);
  }
}

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
    (destination, place) => new CrossingSubscriber(destination, place, threshold, ABOVE),
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
    (destination, place) => new CrossingSubscriber(destination, place, threshold, BELOW),
  );
