import type { ViewOperator } from '../borrowed-stream.ts';
import { checkedWindow } from './checked-window.ts';
import type { KeepOptions } from './kept-place.ts';
import { keptStep } from './kept-step.ts';
import { counting } from './pipeline.ts';
import type { Scalar } from './scalar.ts';
import { Step, sharedStep, wire } from './step.ts';

const COUNT = 0;
const AVERAGE = 1;
const NUMBERS = 2;

class Ema extends Step {
  private readonly window: number;

  constructor(window: number) {
    super(NUMBERS);
    this.window = window;
  }

  override next(numbers: Float64Array, at: number): boolean {
    const value = wire[0] as number;
    if (Number.isNaN(value)) return true;
    const { window } = this;
    const count = numbers[at + COUNT] as number;
    const before = numbers[at + AVERAGE] as number;
    const average = count === 0 ? value : before + (value - before) * (2 / (window + 1));
    numbers[at + AVERAGE] = average;
    if (count < window) numbers[at + COUNT] = count + 1;
    wire[0] = count + 1 >= window ? average : Number.NaN;
    return true;
  }
}

/**
 * Exponential moving average with a weight of 2 / (window + 1), begun with the first number. NaN until there were
 * `window` numbers; NaN in gives NaN out and is not counted.
 */
export const ema = (window: number, options: KeepOptions = {}): ViewOperator<Scalar, Scalar> => {
  checkedWindow('ema', window);
  const shape = `ema(${window})`;
  return counting(
    keptStep(
      sharedStep(shape, () => new Ema(window)),
      shape,
      options,
    ),
  );
};
