import type { ViewOperator } from '../borrowed-stream.ts';
import { checkedWindow } from './checked-window.ts';
import type { KeepOptions } from './kept-place.ts';
import { keptStep } from './kept-step.ts';
import { counting } from './pipeline.ts';
import { deviation, mean, push, windowNumbers } from './rolling-window.ts';
import type { Scalar } from './scalar.ts';
import { Step, sharedStep, wire } from './step.ts';

/** Deviation of the window at hand: as a result it would be a heap number. */
const spread = new Float64Array(1);

/** What a rolling step makes of its full window and the newest value. */
abstract class Rolling extends Step {
  private readonly window: number;

  constructor(window: number) {
    super(windowNumbers(window));
    this.window = window;
  }

  override next(numbers: Float64Array, at: number): boolean {
    if (Number.isNaN(wire[0])) return true;
    if (push(numbers, at, this.window)) this.show(numbers, at);
    else wire[0] = Number.NaN;
    return true;
  }

  /** Puts its result in the place of the newest value. */
  protected abstract show(numbers: Float64Array, at: number): void;
}

class Sma extends Rolling {
  protected override show(numbers: Float64Array, at: number): void {
    mean(numbers, at, wire, 0);
  }
}

class StdDev extends Rolling {
  protected override show(numbers: Float64Array, at: number): void {
    deviation(numbers, at, wire, 0);
  }
}

class ZScore extends Rolling {
  protected override show(numbers: Float64Array, at: number): void {
    const value = wire[0] as number;
    mean(numbers, at, wire, 0);
    deviation(numbers, at, spread, 0);
    wire[0] = spread[0] === 0 ? 0 : (value - (wire[0] as number)) / (spread[0] as number);
  }
}

const rolling = (
  name: string,
  Kind: new (window: number) => Rolling,
  window: number,
  options: KeepOptions,
): ViewOperator<Scalar, Scalar> => {
  const shape = `${name}(${window})`;
  return counting(
    keptStep(
      sharedStep(shape, () => new Kind(window)),
      shape,
      options,
    ),
  );
};

/** Simple moving average of the last `window` numbers. NaN until there are so many; NaN in gives NaN out and is not counted. */
export const sma = (window: number, options: KeepOptions = {}): ViewOperator<Scalar, Scalar> =>
  rolling('sma', Sma, checkedWindow('sma', window), options);

/**
 * Standard deviation of the last `window` numbers, of all of them (divided by n), as Bollinger's bands have it. NaN until
 * there are so many; NaN in gives NaN out and is not counted.
 */
export const rollingStdDev = (window: number, options: KeepOptions = {}): ViewOperator<Scalar, Scalar> =>
  rolling('rollingStdDev', StdDev, checkedWindow('rollingStdDev', window, 2), options);

/**
 * How many standard deviations a number lies above the mean of the last `window`, itself included; 0 while they are all
 * the same. NaN until there are so many; NaN in gives NaN out and is not counted.
 */
export const zScore = (window: number, options: KeepOptions = {}): ViewOperator<Scalar, Scalar> =>
  rolling('zScore', ZScore, checkedWindow('zScore', window, 2), options);
