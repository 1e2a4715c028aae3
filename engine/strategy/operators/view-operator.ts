import { Observable, Subscriber } from 'rxjs';
import { projects, type ViewOperator } from '../borrowed-stream.ts';

/** Marks an operator whose results are its own: it may come first behind a borrowed stream. */
export const projecting = <In, Out>(operator: (source: Observable<In>) => Observable<Out>): ViewOperator<In, Out> =>
  Object.assign(operator, { [projects]: true } as const);

/** Makes an operator from a subscriber. */
export const viewOperator = <In, Out>(
  connect: (destination: Subscriber<Out>) => Subscriber<In>,
): ViewOperator<In, Out> =>
  projecting(
    (source) =>
      new Observable<Out>((destination) => {
        source.subscribe(connect(destination));
      }),
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
