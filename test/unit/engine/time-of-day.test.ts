import { afterEach, describe, expect, it } from 'vitest';
import { ZonedClocks } from '../../../engine/domain/zoned-clocks.ts';
import { defineStrategy } from '../../../engine/index.ts';
import type { Context } from '../../../engine/strategy/context.ts';
import { EVENT } from '../../../native/layout.ts';
import { testEngine } from '../../support/engine/test-engine.ts';

const HOUR = 3_600e9;
const NEW_YORK = 'America/New_York';
/** testEngine's first day. */
const DAY0 = Date.UTC(2020, 0, 30);

describe('how long it is until a time of day', () => {
  it.each<[string, string, number, number, number]>([
    ['later today', '15:50', DAY0, 15 * HOUR, 20 * HOUR + (50 * HOUR) / 60 - 15 * HOUR],
    ['tomorrow, once it has passed', '15:50', DAY0, 21 * HOUR, 24 * HOUR - HOUR / 6],
    ['tomorrow, at the very time', '09:30:00', DAY0, 14.5 * HOUR, 24 * HOUR],
    ['one second more', '09:30:01', DAY0, 14.5 * HOUR, 1e9],
    ['before the clocks go forward', '15:50', Date.UTC(2026, 2, 7), 21 * HOUR, 23 * HOUR - HOUR / 6],
    ['before the clocks go back', '15:50', Date.UTC(2026, 9, 31), 20 * HOUR, 25 * HOUR - HOUR / 6],
  ])('%s', (_when, timeOfDay, day0Ms, nowNs, expected) => {
    expect(new ZonedClocks(day0Ms).untilNs(timeOfDay, NEW_YORK, nowNs)).toBe(expected);
  });

  it.each([
    ['24:00', NEW_YORK, '24:00 is no time of day: give HH:MM or HH:MM:SS'],
    ['9:30', NEW_YORK, '9:30 is no time of day'],
    ['09:30', 'New York', 'There is no time zone New York'],
  ])('refuses %s in %s', (timeOfDay, zone, sentence) => {
    expect(() => new ZonedClocks(DAY0).untilNs(timeOfDay, zone, 0)).toThrow(sentence);
  });
});

describe('ctx.at', () => {
  let heard: string[] = [];
  afterEach(() => {
    heard = [];
  });
  const tick = (timeNs: number) => ({ kind: EVENT.add, symbol: 'AAPL', timeNs });

  it('calls onTimer and its streams each day at that time, from the next one on', () => {
    const strategy = defineStrategy({
      name: 'daily',
      setup(ctx) {
        ctx.instrument('AAPL').tick$.subscribe(() => {});
        ctx.at('15:50', NEW_YORK, 'close');
        ctx.at('15:50', NEW_YORK).subscribe((count) => heard.push(`stream ${count} at ${ctx.now / HOUR}`));
        ctx.timer$.subscribe((name) => heard.push(`timer$ ${name}`));
      },
      onTimer: (name) => heard.push(`onTimer ${name}`),
    });
    const { feed, settle } = testEngine([strategy]);
    // A live feed: time is what the next event says.
    feed.push(tick(15 * HOUR), tick(20.8 * HOUR), tick(21 * HOUR), tick(45 * HOUR));
    settle();
    expect(heard).toEqual([
      'onTimer close',
      'timer$ close',
      'stream 0 at 21',
      'onTimer close',
      'timer$ close',
      'stream 1 at 45',
    ]);
  });

  it('ends when it is cancelled, also by what it calls', () => {
    let ctx!: Context;
    const strategy = defineStrategy({
      name: 'once',
      setup(given) {
        ctx = given as Context;
        ctx.instrument('AAPL').tick$.subscribe(() => {});
        const handle = ctx.at('15:50', NEW_YORK, 'close');
        ctx.at('15:49', NEW_YORK, 'never').cancel();
        ctx.timer$.subscribe((name) => {
          heard.push(name);
          handle.cancel();
        });
      },
    });
    const { feed, settle } = testEngine([strategy]);
    feed.push(tick(15 * HOUR), tick(50 * HOUR), tick(80 * HOUR));
    settle();
    expect(heard).toEqual(['close']);
  });
});
