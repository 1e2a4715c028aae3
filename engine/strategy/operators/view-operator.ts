import { Observable, Subscriber } from 'rxjs';
import type { ViewOperator } from '../borrowed-stream.ts';

/** Makes an operator from a subscriber. What it passes on is its own, so it may come first behind a borrowed stream. */
export const viewOperator = <In, Out>(
  connect: (destination: Subscriber<Out>) => Subscriber<In>,
): ViewOperator<In, Out> =>
  ((source: Observable<In>) =>
    new Observable<Out>((destination) => {
      source.subscribe(connect(destination));
    })) as ViewOperator<In, Out>;

/** A subscriber that calls its destination without a closure in between. */
export abstract class OperatorSubscriber<In, Out> extends Subscriber<In> {
  protected readonly out: Subscriber<Out>;

  constructor(destination: Subscriber<Out>) {
    super(destination);
    this.out = destination;
  }

  protected abstract override _next(value: In): void;
}
