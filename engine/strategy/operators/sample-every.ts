import type { Subscriber } from 'rxjs';
import { intervalProvider } from 'rxjs/internal/scheduler/intervalProvider';
import { HotlapError } from '../../domain/errors.ts';
import type { ViewOperator } from '../borrowed-stream.ts';
import { Scalar } from './scalar.ts';
import { OperatorSubscriber, viewOperator } from './view-operator.ts';

class SampleSubscriber extends OperatorSubscriber<Scalar, Scalar> {
  private readonly scalar = new Scalar();
  private seen = false;

  constructor(destination: Subscriber<Scalar>, periodMs: number) {
    super(destination);
    const timer = intervalProvider.setInterval(() => {
      if (this.seen) this.out.next(this.scalar);
    }, periodMs);
    this.add(() => intervalProvider.clearInterval(timer));
  }

  protected override _next(input: Scalar): void {
    this.seen = true;
    this.scalar.set(input.value);
  }
}

/** The latest number each `periodMs` of engine time, from the first one on, whether there was a new one or not. */
export const sampleEvery = (periodMs: number): ViewOperator<Scalar, Scalar> => {
  if (!(periodMs >= 1 && periodMs <= 86_400_000)) {
    throw new HotlapError('ERR_OPERATOR_WINDOW', `sampleEvery takes ms from 1 to 86400000, not ${String(periodMs)}.`);
  }
  return viewOperator<Scalar, Scalar>((destination) => new SampleSubscriber(destination, periodMs));
};
