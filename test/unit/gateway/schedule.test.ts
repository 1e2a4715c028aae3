import { describe, expect, it } from 'vitest';
import { type ScheduleConfig, SessionSchedule } from '../../../gateway/index.ts';

const NEW_YORK: ScheduleConfig = { timeZone: 'America/New_York', startTime: '09:00:00', endTime: '17:00:00' };

/** `open|closed start end` in UTC, minutes only. */
function at(config: ScheduleConfig, moment: string): string {
  const schedule = new SessionSchedule(config);
  const open = schedule.find(Date.parse(moment));
  const text = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
  return `${open ? 'open' : 'closed'} ${text(schedule.startMs)} ${text(schedule.endMs)}`;
}

describe('a daily session', () => {
  it.each([
    ['2026-01-05T13:59:59.999Z', 'closed 2026-01-05T14:00 2026-01-05T22:00'],
    ['2026-01-05T14:00:00.000Z', 'open 2026-01-05T14:00 2026-01-05T22:00'],
    ['2026-01-05T21:59:59.999Z', 'open 2026-01-05T14:00 2026-01-05T22:00'],
    ['2026-01-05T22:00:00.000Z', 'closed 2026-01-06T14:00 2026-01-06T22:00'],
    // Daylight saving time: an hour earlier by UTC.
    ['2026-07-06T13:00:00.000Z', 'open 2026-07-06T13:00 2026-07-06T21:00'],
  ])('of New York at %s', (moment, expected) => {
    expect(at(NEW_YORK, moment)).toBe(expected);
  });

  it('that begins in the evening belongs to the day it began on', () => {
    const overnight: ScheduleConfig = { timeZone: 'America/Chicago', startTime: '17:00:00', endTime: '16:00:00' };
    expect(at(overnight, '2026-01-06T03:00:00Z')).toBe('open 2026-01-05T23:00 2026-01-06T22:00');
    expect(at(overnight, '2026-01-06T22:30:00Z')).toBe('closed 2026-01-06T23:00 2026-01-07T22:00');
  });

  it('that ends when it starts is always open, and a new one each day', () => {
    const whole: ScheduleConfig = { timeZone: 'UTC', startTime: '00:00:00', endTime: '00:00:00' };
    expect(at(whole, '2026-01-05T23:59:59.999Z')).toBe('open 2026-01-05T00:00 2026-01-06T00:00');
    expect(at(whole, '2026-01-06T00:00:00.000Z')).toBe('open 2026-01-06T00:00 2026-01-07T00:00');
  });
});

describe('a weekly session', () => {
  const week: ScheduleConfig = {
    timeZone: 'America/New_York',
    startTime: '17:00:00',
    endTime: '17:00:00',
    startDay: 'sunday',
    endDay: 'friday',
  };

  it.each([
    ['2026-01-11T21:59:59Z', 'closed 2026-01-11T22:00 2026-01-16T22:00'],
    ['2026-01-11T22:00:00Z', 'open 2026-01-11T22:00 2026-01-16T22:00'],
    ['2026-01-14T12:00:00Z', 'open 2026-01-11T22:00 2026-01-16T22:00'],
    ['2026-01-16T22:00:00Z', 'closed 2026-01-18T22:00 2026-01-23T22:00'],
    // The clocks change within it: it is an hour shorter or longer, and ends by the wall clock all the same.
    ['2026-03-10T12:00:00Z', 'open 2026-03-08T21:00 2026-03-13T21:00'],
    ['2026-03-06T12:00:00Z', 'open 2026-03-01T22:00 2026-03-06T22:00'],
    ['2026-11-04T12:00:00Z', 'open 2026-11-01T22:00 2026-11-06T22:00'],
  ])('at %s', (moment, expected) => {
    expect(at(week, moment)).toBe(expected);
  });

  it('may last into the day of the week it began on', () => {
    const whole: ScheduleConfig = { ...week, endDay: 'sunday', endTime: '16:00:00' };
    expect(at(whole, '2026-01-18T20:00:00Z')).toBe('open 2026-01-11T22:00 2026-01-18T21:00');
    expect(at(whole, '2026-01-18T21:30:00Z')).toBe('closed 2026-01-18T22:00 2026-01-25T21:00');
  });

  it('may be one day of the week', () => {
    const tuesday: ScheduleConfig = { ...NEW_YORK, startDay: 'tuesday', endDay: 'tuesday' };
    expect(at(tuesday, '2026-01-13T15:00:00Z')).toBe('open 2026-01-13T14:00 2026-01-13T22:00');
    expect(at(tuesday, '2026-01-14T15:00:00Z')).toBe('closed 2026-01-20T14:00 2026-01-20T22:00');
  });
});

describe('where clocks change', () => {
  it('a start that is skipped comes as much later', () => {
    // 2026-03-08 02:30 does not exist in New York.
    const early: ScheduleConfig = { timeZone: 'America/New_York', startTime: '02:30:00', endTime: '12:00:00' };
    expect(at(early, '2026-03-08T07:29:00Z')).toBe('closed 2026-03-08T07:30 2026-03-08T16:00');
    expect(at(early, '2026-03-08T07:30:00Z')).toBe('open 2026-03-08T07:30 2026-03-08T16:00');
  });

  it('of a start that comes twice the first counts, and it does not begin again', () => {
    // 2026-11-01 01:30 comes twice: 05:30Z and 06:30Z.
    const early: ScheduleConfig = { timeZone: 'America/New_York', startTime: '01:30:00', endTime: '12:00:00' };
    expect(at(early, '2026-11-01T05:29:00Z')).toBe('closed 2026-11-01T05:30 2026-11-01T17:00');
    expect(at(early, '2026-11-01T05:45:00Z')).toBe('open 2026-11-01T05:30 2026-11-01T17:00');
    expect(at(early, '2026-11-01T06:15:00Z')).toBe('open 2026-11-01T05:30 2026-11-01T17:00');
  });

  it('a session that the change swallows is left out', () => {
    const night: ScheduleConfig = { timeZone: 'America/New_York', startTime: '02:15:00', endTime: '03:10:00' };
    expect(at(night, '2026-03-08T06:00:00Z')).toBe('closed 2026-03-09T06:15 2026-03-09T07:10');
  });

  it('holds in a zone that changes by half an hour, and in one a day ahead', () => {
    const howe: ScheduleConfig = { timeZone: 'Australia/Lord_Howe', startTime: '09:00:00', endTime: '17:00:00' };
    expect(at(howe, '2026-01-05T23:00:00Z')).toBe('open 2026-01-05T22:00 2026-01-06T06:00');
    expect(at(howe, '2026-07-06T00:00:00Z')).toBe('open 2026-07-05T22:30 2026-07-06T06:30');
    const kiritimati: ScheduleConfig = { timeZone: 'Pacific/Kiritimati', startTime: '09:00:00', endTime: '17:00:00' };
    expect(at(kiritimati, '2026-01-04T20:00:00Z')).toBe('open 2026-01-04T19:00 2026-01-05T03:00');
  });
});
