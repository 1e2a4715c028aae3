import type { Subscriber } from 'rxjs';
import type { ViewOperator } from '../borrowed-stream.ts';
import { Scalar } from './scalar.ts';
import { OperatorSubscriber, viewOperator } from './view-operator.ts';

class OnChangeSubscriber extends OperatorSubscriber<Scalar, Scalar> {
  private readonly last = new Scalar();
  private seen = false;

  constructor(destination: Subscriber<Scalar>) {
    super(destination);
  }

  protected override _next(scalar: Scalar): void {
    // Object.is, so that NaN after NaN is no change.
    if (this.seen && Object.is(scalar.value, this.last.value)) return;
    this.seen = true;
    this.last.set(scalar.value);
    this.out.next(scalar);
  }
}

/** Passes a number on when it differs from the one before; the first passes. (`distinctUntilChanged` would compare the cell with itself.) */
export const onChange = (): ViewOperator<Scalar, Scalar> =>
  viewOperator<Scalar, Scalar>((destination) => new OnChangeSubscriber(destination));
