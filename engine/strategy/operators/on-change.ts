import type { ViewOperator } from '../borrowed-stream.ts';
import { counting } from './pipeline.ts';
import type { Scalar } from './scalar.ts';
import { Step, sharedStep, wire } from './step.ts';

const SEEN = 0;
const LAST = 1;
const NUMBERS = 2;

class OnChange extends Step {
  override next(numbers: Float64Array, at: number): boolean {
    // Object.is, so that NaN after NaN is no change.
    if (numbers[at + SEEN] === 1 && Object.is(wire[0], numbers[at + LAST])) return false;
    numbers[at + SEEN] = 1;
    numbers[at + LAST] = wire[0] as number;
    return true;
  }
}

/** Passes a number on when it differs from the one before; the first passes. (`distinctUntilChanged` would compare the cell with itself.) */
export const onChange = (): ViewOperator<Scalar, Scalar> =>
  counting(sharedStep('onChange', () => new OnChange(NUMBERS)));
