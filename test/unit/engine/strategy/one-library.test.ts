/** Strategies of one file are served by one copy of the library and of RxJS: what is one's is nothing to the others. */
import { asapScheduler, config, interval, map, of, throwError, timer, timestamp } from 'rxjs';
import { afterEach, expect, it } from 'vitest';
import { defineStrategy, ema, select, send } from '../../../../engine/index.ts';
import { quote } from '../../../support/engine/fake-feed.ts';
import { type TestEngine, testEngine } from '../../../support/engine/test-engine.ts';

const TICK = quote('AAPL', 3_200_000, 5, 3_200_100, 6);

let told: string[] = [];
afterEach(() => {
  told = [];
});

const play = ({ feed, settle }: TestEngine, ...timesMs: readonly number[]): void => {
  feed.push(...timesMs.map((ms) => ({ ...TICK, timeNs: ms * 1e6 })));
  settle();
};

it('timers of RxJS are those of who set them, and go on when another faults', () => {
  const ticking = (name: string, periodMs: number) =>
    defineStrategy({
      name,
      setup: (ctx) => {
        ctx.instrument('AAPL');
        return interval(periodMs).pipe(
          map((count) => {
            if (name === 'failing' && count === 1) throw new Error('boom');
            told.push(`${name} ${count} at ${ctx.now / 1e6}`);
          }),
        );
      },
      onBook: () => {},
    });
  const world = testEngine([ticking('failing', 2), ticking('slow', 5)]);
  play(world, 0, 2, 4, 5, 6, 10);
  expect(told).toEqual(['failing 0 at 2', 'slow 0 at 5', 'slow 1 at 10']);
  expect(world.engine.stats().strategies.map(({ state }) => state)).toEqual(['faulted', 'running']);
});

it('a timer that is stopped is its own, whatever its number', () => {
  const once = (name: string, isStopped: boolean) =>
    defineStrategy({
      name,
      setup: (ctx) => void ctx.instrument('AAPL'),
      onStart: () => {
        const subscription = timer(3).subscribe(() => told.push(name));
        if (isStopped) subscription.unsubscribe();
      },
      onBook: () => {},
    });
  play(testEngine([once('first', false), once('stopped', true), once('third', false)]), 0, 5);
  expect(told).toEqual(['first', 'third']);
});

it("RxJS's clock is engine time in all of them", () => {
  const stamping = defineStrategy({
    name: 'stamping',
    setup: (ctx) =>
      ctx.instrument('AAPL').book$.pipe(
        send(() => of(0)),
        map((each) => each.pipe(timestamp()).subscribe((stamped) => told.push(`${stamped.timestamp % 1000}`))),
      ),
  });
  play(testEngine([stamping, stamping]), 7, 9);
  expect(told).toEqual(['7', '7', '9', '9']);
});

it('what one leaves waiting "at once" when it faults does not hold up the next', () => {
  const soon = (name: string, fails: boolean) =>
    defineStrategy({
      name,
      setup: (ctx) => void ctx.instrument('AAPL'),
      onBook: () => {
        asapScheduler.schedule(() => told.push(name));
        if (fails) throw new Error('boom');
      },
      onFault: () => void asapScheduler.schedule(() => told.push(`${name} is over`)),
    });
  play(testEngine([soon('failing', true), soon('other', false)]), 0, 1);
  expect(told).toEqual(['other', 'other']);
});

it('an error that nobody handles goes to who has asked for it, and is else the fault of its own strategy', () => {
  const reporting = defineStrategy({
    name: 'reporting',
    setup: (ctx) => {
      config.onUnhandledError = (error: Error) => told.push(`heard: ${error.message}`);
      return ctx.instrument('AAPL').book$.pipe(send(() => throwError(() => new Error('mine')).subscribe()));
    },
  });
  const silent = defineStrategy({
    name: 'silent',
    setup: (ctx) => ctx.instrument('AAPL').book$.pipe(send(() => throwError(() => new Error('yours')).subscribe())),
  });
  const world = testEngine([reporting, silent]);
  play(world, 0, 1);
  expect(told).toEqual(['heard: mine', 'heard: mine']);
  expect(world.engine.stats().strategies.map(({ fault }) => fault?.message)).toEqual([undefined, 'yours']);
});

it('named numbers are one strategy’s', () => {
  const averaging = (from: number) =>
    defineStrategy({
      name: `averaging-${from}`,
      setup: (ctx) =>
        ctx.instrument('AAPL').book$.pipe(
          select((book, out) => out.set(from + book.bidSize(0))),
          ema(2, { keep: 'mean' }),
          send(({ value }) => told.push(`${from}: ${value}`)),
        ),
    });
  const { feed, settle } = testEngine([averaging(100), averaging(200)]);
  feed.push(quote('AAPL', 1, 3, 2, 1), quote('AAPL', 1, 6, 2, 1));
  settle();
  expect(told).toEqual(['100: NaN', '200: NaN', '100: 105', '200: 205']);
});
