import { HotlapError } from './errors.ts';
import { ZonedTime } from './zoned-time.ts';

const NS_PER_MS = 1e6;
const DAY_MS = 86_400_000;
const TIME_OF_DAY = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;

/** Clocks on walls by their zone, against engine time. Cold: allocates. */
export class ZonedClocks {
  private readonly day0Ms: number;
  private readonly zones = new Map<string, ZonedTime>();

  /** @param day0Ms CLOCK_REALTIME of engine time 0 */
  constructor(day0Ms: number) {
    this.day0Ms = day0Ms;
  }

  /** How long after `nowNs` a clock there next shows the time; never 0. @throws HotlapError ERR_TIME_OF_DAY */
  untilNs(timeOfDay: string, timeZone: string, nowNs: number): number {
    const ofDayMs = parse(timeOfDay);
    const zone = this.zone(timeZone);
    const nowMs = this.day0Ms + nowNs / NS_PER_MS;
    const localMs = nowMs + zone.offsetMs(nowMs);
    const midnightMs = Math.floor(localMs / DAY_MS) * DAY_MS;
    const today = zone.toUtcMs(midnightMs + ofDayMs);
    const next = today > nowMs ? today : zone.toUtcMs(midnightMs + DAY_MS + ofDayMs);
    return (next - this.day0Ms) * NS_PER_MS - nowNs;
  }

  private zone(timeZone: string): ZonedTime {
    const known = this.zones.get(timeZone);
    if (known !== undefined) return known;
    try {
      const zone = new ZonedTime(timeZone);
      this.zones.set(timeZone, zone);
      return zone;
    } catch {
      throw new HotlapError(
        'ERR_TIME_OF_DAY',
        `There is no time zone ${timeZone}: give its IANA name, as America/New_York.`,
      );
    }
  }
}

function parse(timeOfDay: string): number {
  const match = TIME_OF_DAY.exec(timeOfDay);
  if (match === null) {
    throw new HotlapError('ERR_TIME_OF_DAY', `${timeOfDay} is no time of day: give HH:MM or HH:MM:SS, as 15:50.`);
  }
  const [, hours, minutes, seconds = '0'] = match;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
}
