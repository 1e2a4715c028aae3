import type { Observable, OperatorFunction, Subscription } from 'rxjs';

/** Marks operators that may come first, for what no compiler has looked at. */
export const projects: unique symbol = Symbol('projects');

/** An operator that reads a borrowed view at once and passes on something of its own: `select`, `snapshot`, `send`. */
export type ViewOperator<View, Result> = OperatorFunction<View, Result> & { readonly [projects]: true };

/**
 * A stream of one view, used again for each event. Its first operator must project: operators that keep what they are
 * given (`pairwise`, `distinctUntilChanged`, `bufferCount`, `shareReplay` …) would keep the same object each time.
 */
export interface BorrowedStream<View> {
  pipe<A>(first: ViewOperator<View, A>): Observable<A>;
  pipe<A, B>(first: ViewOperator<View, A>, second: OperatorFunction<A, B>): Observable<B>;
  pipe<A, B, C>(
    first: ViewOperator<View, A>,
    second: OperatorFunction<A, B>,
    third: OperatorFunction<B, C>,
  ): Observable<C>;
  pipe<A, B, C, D>(
    first: ViewOperator<View, A>,
    second: OperatorFunction<A, B>,
    third: OperatorFunction<B, C>,
    fourth: OperatorFunction<C, D>,
  ): Observable<D>;
  pipe<A, B, C, D, E>(
    first: ViewOperator<View, A>,
    second: OperatorFunction<A, B>,
    third: OperatorFunction<B, C>,
    fourth: OperatorFunction<C, D>,
    fifth: OperatorFunction<D, E>,
  ): Observable<E>;
  subscribe(next: (view: View) => void): Subscription;
}
