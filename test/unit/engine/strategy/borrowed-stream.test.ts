import { combineLatest, map, merge, type Observable, type OperatorFunction, pairwise } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Context, defineStrategy, select, send, snapshot } from '../../../../engine/index.ts';
import { quote } from '../../../support/engine/fake-feed.ts';
import { testEngine } from '../../../support/engine/test-engine.ts';

/** As a strategy that nobody has compiled, in JavaScript or unbuilt TypeScript, may have them. */
interface Unchecked {
  pipe(...operators: OperatorFunction<never, unknown>[]): Observable<unknown>;
  subscribe(observer: object): unknown;
}

const faultOf = (setup: (book$: Unchecked & Observable<unknown>, ctx: Context) => unknown) => {
  const definition = defineStrategy({
    name: 'careless',
    setup: (ctx) => setup(ctx.instrument('AAPL').book$ as never, ctx as never) as never,
  });
  const { engine, feed, settle } = testEngine([definition]);
  feed.push(quote('AAPL', 100, 5, 200, 6));
  settle();
  return engine.stats().strategies[0]?.fault;
};

const BEGIN = /^book\$\.pipe\(…\) must begin with select\(…\), snapshot\(\) or send\(…\)/;
const THROUGH = /^Before other streams or operators take book\$, it must go through select\(…\), snapshot\(\)/;

describe('a view that could be kept is refused when the graph is built, without a compiler', () => {
  it.each([
    ['pairwise first', (book$: Unchecked) => book$.pipe(pairwise()), BEGIN],
    ['map first', (book$: Unchecked) => book$.pipe(map((book) => book)), BEGIN],
    ['nothing at all', (book$: Unchecked) => book$.pipe(), BEGIN],
    ['an operator without pipe', (book$: Observable<unknown>) => pairwise()(book$), THROUGH],
    ['combined', (book$: Observable<unknown>) => combineLatest([book$]), THROUGH],
    ['merged', (book$: Observable<unknown>) => merge(book$, book$), THROUGH],
    ['returned as it is', (book$: Unchecked) => book$, THROUGH],
  ])('%s', (_name, setup, sentence) => {
    const fault = faultOf(setup as never);
    expect(fault).toMatchObject({ phase: 'setup', message: expect.stringMatching(sentence) });
  });

  it('the line that called pipe is in the stack', () => {
    expect(faultOf((book$) => book$.pipe(pairwise()))?.stack).toContain('borrowed-stream.test.ts');
  });

  it('what projects first may go on as it likes, and a function or an observer may look', () => {
    const seen: string[] = [];
    const fault = faultOf((book$) => {
      book$.subscribe(() => seen.push('function'));
      book$.subscribe({ next: () => seen.push('observer') });
      book$.pipe(send(() => seen.push('send'))).subscribe();
      return merge(
        book$.pipe(snapshot() as never, pairwise()),
        book$.pipe(select((_book, out) => out.set(1)) as never).pipe(map(() => seen.push('select'))),
      );
    });
    expect(fault).toBeNull();
    expect(seen).toEqual(['function', 'observer', 'send', 'select']);
  });
});

describe('what setup returns', () => {
  it.each([
    [Promise.resolve(), 'setup returned a promise, and must be done when it returns'],
    [[], 'setup returned what is no stream'],
    [5, 'setup returned what is no stream'],
  ])('%s is refused', (returned, sentence) => {
    expect(faultOf(() => returned)?.message).toContain(sentence);
  });

  it.each([undefined, null])('%s is nothing', (returned) => {
    expect(faultOf(() => returned)).toBeNull();
  });
});
