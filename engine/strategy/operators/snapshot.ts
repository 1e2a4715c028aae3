import type { ViewOperator } from '../borrowed-stream.ts';
import { OperatorSubscriber, viewOperator } from './view-operator.ts';

class SnapshotSubscriber<Copy> extends OperatorSubscriber<{ snapshot(): Copy }, Copy> {
  protected override _next(view: { snapshot(): Copy }): void {
    this.out.next(view.snapshot());
  }
}

/** Copies each view into a plain object that may be kept; behind it every RxJS operator works. Allocates. */
export const snapshot = <Copy>(): ViewOperator<{ snapshot(): Copy }, Copy> =>
  viewOperator<{ snapshot(): Copy }, Copy>((destination) => new SnapshotSubscriber(destination));
