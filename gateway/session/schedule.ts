import { ZonedTime } from '../../engine/domain/zoned-time.ts';
import { refusedConfig as refused } from './config.ts';

export const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export type Day = (typeof DAYS)[number];

/** When a session is open, in the venue's own time. Without days it begins every day, with both once a week. */
export interface ScheduleConfig {
  /** IANA name, such as America/New_York. */
  readonly timeZone: string;
  /** HH:MM:SS. An end that is not later than the start lies on the next day, or in the next week. */
  readonly startTime: string;
  readonly endTime: string;
  readonly startDay?: Day;
  readonly endDay?: Day;
}

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4;

/**
 * The stretch of time that a moment lies in: a session, or the pause before one. Found with a calendar, so asked for at
 * boundaries only. A start or end that a change of the clocks skips comes as much later; of one that comes twice the
 * first counts.
 */
export class SessionSchedule {
  /** Of the session that `find` found: the one that is open, else the next one. Milliseconds since 1970. */
  startMs = Number.NaN;
  endMs = Number.NaN;
  readonly #zone: ZonedTime;
  readonly #start: number;
  readonly #end: number;
  /** Weekday on which sessions start, -1 for every day. */
  readonly #startDay: number;

  constructor(config: ScheduleConfig) {
    this.#zone = new ZonedTime(config.timeZone);
    this.#start = timeOfDay(config.startTime);
    this.#end = timeOfDay(config.endTime);
    this.#startDay = config.startDay === undefined ? -1 : DAYS.indexOf(config.startDay);
    if (config.startDay !== undefined && config.endDay !== undefined) {
      const days = (DAYS.indexOf(config.endDay) - this.#startDay + WEEK_DAYS) % WEEK_DAYS;
      this.#end += days * DAY_MS;
      if (this.#end <= this.#start) this.#end += WEEK_DAYS * DAY_MS;
    } else if (this.#end <= this.#start) {
      this.#end += DAY_MS;
    }
  }

  /** @param nowMs milliseconds since 1970 @returns true while a session is open */
  find(nowMs: number): boolean {
    const today = Math.floor((nowMs + this.#zone.offsetMs(nowMs)) / DAY_MS);
    // A weekly session may have begun a week ago; a skipped one leaves the next week's.
    for (let day = today - WEEK_DAYS - 1; day <= today + 2 * WEEK_DAYS; day++) {
      if (this.#startDay >= 0 && weekday(day) !== this.#startDay) continue;
      const endMs = this.#zone.toUtcMs(day * DAY_MS + this.#end);
      if (endMs <= nowMs) continue;
      const startMs = this.#zone.toUtcMs(day * DAY_MS + this.#start);
      if (endMs <= startMs) continue;
      this.startMs = startMs;
      this.endMs = endMs;
      return startMs <= nowMs;
    }
    return false;
  }
}

/** @throws HotlapError ERR_FIX_SESSION_CONFIG */
export function checkSchedule(config: ScheduleConfig): void {
  for (const key of ['startTime', 'endTime'] as const) {
    if (!/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(config[key]))
      throw refused(`schedule.${key} is ${config[key]}: give HH:MM:SS, from 00:00:00 to 23:59:59`);
  }
  for (const key of ['startDay', 'endDay'] as const) {
    const day = config[key];
    if (day !== undefined && !DAYS.includes(day))
      throw refused(`schedule.${key} is ${day}: give one of ${DAYS.join(', ')}`);
  }
  if ((config.startDay === undefined) !== (config.endDay === undefined))
    throw refused(
      'schedule.startDay and schedule.endDay go together: give both for a weekly session, none for a daily one',
    );
  try {
    new ZonedTime(config.timeZone);
  } catch {
    throw refused(`schedule.timeZone is ${config.timeZone}: give an IANA name such as America/New_York or UTC`);
  }
}

const weekday = (day: number): number => (((day + FIRST_WEEKDAY) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS;

/** Milliseconds since midnight. */
function timeOfDay(text: string): number {
  const [hours, minutes, seconds] = text.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000;
}
