import type { Subscriber } from 'rxjs';
import type { ViewOperator } from '../borrowed-stream.ts';
import { Scalar } from './scalar.ts';
import { OperatorSubscriber, viewOperator } from './view-operator.ts';

class SelectSubscriber<View> extends OperatorSubscriber<View, Scalar> {
  private readonly scalar = new Scalar();
  private readonly project: (view: View, out: Scalar) => void;

  constructor(destination: Subscriber<Scalar>, project: (view: View, out: Scalar) => void) {
    super(destination);
    this.project = project;
  }

  protected override _next(view: View): void {
    this.scalar.set(Number.NaN);
    this.project(view, this.scalar);
    this.out.next(this.scalar);
  }
}

/**
 * Reads one number out of a view: `book$.pipe(select((book, out) => out.set(book.mid)))`.
 * NaN where `project` sets nothing.
 */
export const select = <View>(project: (view: View, out: Scalar) => void): ViewOperator<View, Scalar> =>
  viewOperator<View, Scalar>((destination) => new SelectSubscriber(destination, project));
