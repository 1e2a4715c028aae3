const DAY_MS = 86_400_000;

/** Wall clock of a time zone, by ICU's tables. Allocates. "Local" times are what a UTC clock would show at that number of ms. */
export class ZonedTime {
  readonly #format: Intl.DateTimeFormat;

  /** @param timeZone IANA name @throws RangeError where there is no such zone */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Local time minus UTC. */
  offsetMs(utcMs: number): number {
    const whole = Math.floor(utcMs / 1_000) * 1_000;
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(whole)) parts[type] = Number(value);
    const { year, month, day, hour, minute, second } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
  }

  /** The moment at which clocks show this; the first of two, and where clocks skip it, as much later as they skip. */
  toUtcMs(localMs: number): number {
    const before = this.offsetMs(localMs - DAY_MS);
    const after = this.offsetMs(localMs + DAY_MS);
    const first = localMs - Math.max(before, after);
    const second = localMs - Math.min(before, after);
    if (first + this.offsetMs(first) === localMs) return first;
    if (second + this.offsetMs(second) === localMs) return second;
    return localMs - before;
  }
}
