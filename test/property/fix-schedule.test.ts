import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAYS, type ScheduleConfig, SessionSchedule } from '../../gateway/index.ts';

const DAY_MS = 86_400_000;
const ZONES = [
  'UTC',
  'America/New_York',
  'America/Chicago',
  'Europe/London',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
];

const time = fc
  .integer({ min: 0, max: 86_399 })
  .map((s) => [s / 3_600, (s / 60) % 60, s % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':'));
const schedule: fc.Arbitrary<ScheduleConfig> = fc.oneof(
  fc.record({ timeZone: fc.constantFrom(...ZONES), startTime: time, endTime: time }),
  fc.record({
    timeZone: fc.constantFrom(...ZONES),
    startTime: time,
    endTime: time,
    startDay: fc.constantFrom(...DAYS),
    endDay: fc.constantFrom(...DAYS),
  }),
);
const moment = fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) });

/** What a clock on the wall shows, told by Intl alone: `Tue 09:30:00`. */
function wall(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
    .format(ms)
    .toLowerCase()
    .replace(',', '');
}

const offset = (ms: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(ms)
    .find((part) => part.type === 'timeZoneName')!.value;

/** No change of the clocks within two days of it. */
const isQuiet = (ms: number, timeZone: string): boolean =>
  new Set([-2, -1, 0, 1, 2].map((days) => offset(ms + days * DAY_MS, timeZone))).size === 1;

it('starts and ends by the wall clock, wherever no clock changes', () => {
  fc.assert(
    fc.property(schedule, moment, (config, now) => {
      const found = new SessionSchedule(config);
      const open = found.find(now);
      expect(found.endMs).toBeGreaterThan(found.startMs);
      expect(found.endMs).toBeGreaterThan(now);
      expect(open).toBe(found.startMs <= now);
      for (const [boundary, text, day] of [
        [found.startMs, config.startTime, config.startDay],
        [found.endMs, config.endTime, config.endDay],
      ] as const) {
        if (!isQuiet(boundary, config.timeZone)) continue;
        const shown = wall(boundary, config.timeZone);
        expect(shown.endsWith(text)).toBe(true);
        if (day !== undefined) expect(shown.startsWith(day)).toBe(true);
      }
    }),
    { numRuns: 400 },
  );
});

it('is open in a daily session exactly where the time of day lies within it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), time, time, moment, (timeZone, startTime, endTime, now) => {
      fc.pre(isQuiet(now, timeZone));
      const shown = wall(now, timeZone).split(' ')[1];
      const expected =
        startTime < endTime ? shown >= startTime && shown < endTime : shown >= startTime || shown < endTime;
      expect(new SessionSchedule({ timeZone, startTime, endTime }).find(now)).toBe(expected);
    }),
    { numRuns: 400 },
  );
});

it('sessions follow each other without overlapping, through every change of the clocks', () => {
  fc.assert(
    fc.property(schedule, fc.integer({ min: 2015, max: 2034 }), (config, year) => {
      const found = new SessionSchedule(config);
      let now = Date.UTC(year, 0, 1);
      let end = Number.NEGATIVE_INFINITY;
      for (let session = 0; session < 60; session++) {
        found.find(now);
        expect(found.startMs).toBeGreaterThanOrEqual(end);
        end = found.endMs;
        expect(found.find(end - 1)).toBe(true);
        expect(found.endMs).toBe(end);
        now = end;
      }
    }),
    { numRuns: 40 },
  );
});
