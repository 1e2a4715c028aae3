import type { ViewOperator } from '../borrowed-stream.ts';
import type { KeepOptions } from './kept-place.ts';
import { keptStep } from './kept-step.ts';
import { counting } from './pipeline.ts';
import type { Scalar } from './scalar.ts';
import { Step, sharedStep, wire } from './step.ts';

/** In numbers[at]; 0 before the first number. */
const OUTSIDE = 1;
const BEYOND = 2;

/** A number, or a function that is asked each time. */
type Threshold = number | (() => number);

const ABOVE = 1;
const BELOW = -1;

class Crossing extends Step {
  private readonly direction: number;
  /** A cell: a fraction in a field is a heap number wherever it changes. */
  private readonly level = new Float64Array(1);
  private readonly ask: (() => number) | null;

  constructor(threshold: Threshold, direction: number) {
    super(1);
    this.direction = direction;
    this.ask = typeof threshold === 'number' ? null : threshold;
    if (typeof threshold === 'number') this.level[0] = threshold;
  }

  override next(numbers: Float64Array, at: number): boolean {
    const value = wire[0] as number;
    if (Number.isNaN(value)) return false;
    const { level } = this;
    if (this.ask !== null) {
      level[0] = this.ask();
      // A user's function may have sent numbers through other pipelines.
      wire[0] = value;
    }
    const before = numbers[at];
    const where = (value - (level[0] as number)) * this.direction > 0 ? BEYOND : OUTSIDE;
    numbers[at] = where;
    return before === OUTSIDE && where === BEYOND;
  }
}

const crossing = (name: string, direction: number, threshold: Threshold, options: KeepOptions) => {
  const make = (): Crossing => new Crossing(threshold, direction);
  const step = typeof threshold === 'number' ? sharedStep(`${name}(${threshold})`, make) : make();
  // Whatever the threshold: it may be another in the next version.
  return counting(keptStep(step, name, options));
};

/**
 * Passes a number on when it is above the threshold and the one before was not. The first number is no crossing,
 * and NaN is passed over. A function is asked each time, for thresholds that change.
 */
export const crossesAbove = (
  threshold: number | (() => number),
  options: KeepOptions = {},
): ViewOperator<Scalar, Scalar> => crossing('crossesAbove', ABOVE, threshold, options);

/** Passes a number on when it is below the threshold and the one before was not. See `crossesAbove`. */
export const crossesBelow = (
  threshold: number | (() => number),
  options: KeepOptions = {},
): ViewOperator<Scalar, Scalar> => crossing('crossesBelow', BELOW, threshold, options);
