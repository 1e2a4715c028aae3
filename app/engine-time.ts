/** Engine time is ns since 00:00 of day0 where the feed's midnight is; these place that midnight on the wall clock. */
import { HotlapError } from '../engine/domain/errors.ts';
import { native } from '../native/index.ts';

const DAY_MS = 86_400_000;

/** TotalView-ITCH counts from midnight Eastern time. */
const FEED_ZONE = 'America/New_York';

/** CLOCK_REALTIME in ms of midnight in the feed's zone on a date (YYYY-MM-DD); null is today there. */
export function feedMidnightMs(date: string | null, nowMs: number = Date.now()): number {
  const day = date ?? localDate(nowMs);
  const utcMidnight = Date.parse(`${day}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(utcMidnight)) {
    throw new HotlapError('ERR_OPTION_VALUE', `--date takes a date as YYYY-MM-DD, not ${day}.`, { exitStatus: 2 });
  }
  // Midnight there is some hours after midnight UTC; the offset is read at that very moment, for daylight saving.
  let midnight = utcMidnight;
  for (let pass = 0; pass < 2; pass++) midnight = utcMidnight - offsetMs(midnight);
  return midnight;
}

/** Engine time minus CLOCK_MONOTONIC, for a live run. */
export function monotonicOffsetNs(day0Ms: number): number {
  const { host } = native();
  const engineNs = Math.round((host.realtimeMs() - day0Ms) * 1e6);
  return engineNs - host.monotonicNs();
}

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: FEED_ZONE,
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

function local(ms: number): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(ms).map(({ type, value }) => [type, value]));
}

export function localDate(ms: number): string {
  const { year, month, day } = local(ms);
  return `${year}-${month}-${day}`;
}

function offsetMs(ms: number): number {
  const { year, month, day, hour, minute, second } = local(ms);
  const asUtc = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second);
  return (Math.round((asUtc - ms) / 60_000) * 60_000) % DAY_MS;
}
