import type { ViewOperator } from '../borrowed-stream.ts';
import { reading } from './pipeline.ts';
import { Scalar } from './scalar.ts';
import { Step, wire } from './step.ts';

class Select<View> extends Step<View> {
  private readonly project: (view: View, out: Scalar) => void;
  private readonly scalar = new Scalar();

  constructor(project: (view: View, out: Scalar) => void) {
    super(0);
    this.project = project;
  }

  override next(_numbers: Float64Array, _at: number, view: View): boolean {
    const { scalar } = this;
    scalar.set(Number.NaN);
    this.project(view, scalar);
    wire[0] = scalar.value;
    return true;
  }
}

/**
 * Reads one number out of a view: `book$.pipe(select((book, out) => out.set(book.mid)))`.
 * NaN where `project` sets nothing.
 */
export const select = <View>(project: (view: View, out: Scalar) => void): ViewOperator<View, Scalar> =>
  reading(new Select(project));
