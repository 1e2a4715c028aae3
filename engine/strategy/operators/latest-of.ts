import { Observable, type Subscriber } from 'rxjs';
import { HotlapError } from '../../domain/errors.ts';
import type { Scalar } from './scalar.ts';
import { OperatorSubscriber } from './view-operator.ts';

/** The latest numbers of several streams, used again each time: read them, do not keep the object. */
export class Latest {
  readonly #numbers: Float64Array;

  constructor(numbers: Float64Array) {
    this.#numbers = numbers;
  }

  /** @param index as the streams were given */
  value(index: number): number {
    return this.#numbers[index] as number;
  }
}

class LatestSubscriber extends OperatorSubscriber<Scalar, Latest> {
  private readonly numbers: Float64Array;
  private readonly seen: Int32Array;
  private readonly index: number;
  private readonly latest: Latest;

  constructor(destination: Subscriber<Latest>, numbers: Float64Array, seen: Int32Array, index: number, latest: Latest) {
    super(destination);
    this.numbers = numbers;
    this.seen = seen;
    this.index = index;
    this.latest = latest;
  }

  protected override _next(scalar: Scalar): void {
    const { numbers, seen, index } = this;
    numbers[index] = scalar.value;
    if (seen[index + 1] === 0) {
      seen[index + 1] = 1;
      seen[0] = (seen[0] as number) + 1;
    }
    if (seen[0] === numbers.length) this.out.next(this.latest);
  }

  /** The others go on. */
  protected override _complete(): void {
    this.unsubscribe();
  }
}

/**
 * The latest number of each stream, whenever one of them has a new one and all have had one:
 * `latestOf(a$, b$).pipe(select((latest, out) => out.set(latest.value(0) - latest.value(1))))`.
 * A NaN counts as a number. It does not complete.
 */
export const latestOf = (...streams: readonly Observable<Scalar>[]): Observable<Latest> => {
  if (streams.length === 0) throw new HotlapError('ERR_OPERATOR_WINDOW', 'latestOf takes one stream or more.');
  return new Observable<Latest>((destination) => {
    const numbers = new Float64Array(streams.length);
    const seen = new Int32Array(streams.length + 1);
    const latest = new Latest(numbers);
    for (const [index, stream] of streams.entries()) {
      stream.subscribe(new LatestSubscriber(destination, numbers, seen, index, latest));
    }
  });
};
