import { Observable, Subscriber } from 'rxjs';
import { projects, type ViewOperator } from '../borrowed-stream.ts';

/** Makes an operator from a subscriber. What it passes on is its own, so it may come first behind a borrowed stream. */
export const viewOperator = <In, Out>(
  connect: (destination: Subscriber<Out>) => Subscriber<In>,
): ViewOperator<In, Out> =>
  Object.assign(
    (source: Observable<In>) =>
      new Observable<Out>((destination) => {
        source.subscribe(connect(destination));
      }),
    { [projects]: true } as const,
  );

/** A subscriber that calls its destination without a closure in between. */
export abstract class OperatorSubscriber<In, Out> extends Subscriber<In> {
  protected readonly out: Subscriber<Out>;

  constructor(destination: Subscriber<Out>) {
    super(destination);
    this.out = destination;
  }

  protected abstract override _next(value: In): void;
}
