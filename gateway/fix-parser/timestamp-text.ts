import { ZERO } from './ascii.ts';

export type TimestampPrecision = 's' | 'ms' | 'us' | 'ns';

/** Bytes of `YYYYMMDD-HH:MM:SS` with point and fraction. */
export const TIMESTAMP_BYTES: Readonly<Record<TimestampPrecision, number>> = { s: 17, ms: 21, us: 24, ns: 27 };
/** Where the digits behind the point begin. */
export const TIMESTAMP_FRACTION_AT = 18;
const DAY_MS = 86_400_000;

/** Cells of what the text shows; doubles in cells, so that they cost nothing. */
const MS = 0;
const DAY_START_MS = 1;
const SECOND_START_MS = 2;
/** Nanoseconds within the millisecond, as far as the precision shows them. */
const NS_IN_MS = 3;
const ORIGIN_MS = 4;

/** Versions of all clocks, none of them used twice: a slot may be set by one clock after another. Below 2 means no clock. */
const versions = new Int32Array([1]);

/**
 * The current time as `YYYYMMDD-HH:MM:SS.mmm`, kept as bytes: within a second only the fraction is rewritten, and
 * templates copy it. Only the date needs a calendar.
 */
export class UtcTimestampText {
  readonly bytes: Uint8Array;
  /** Sum of the bytes. */
  sum = 0;
  /** Sum of the digits behind the point. */
  #fractionSum = 0;
  readonly #at = new Float64Array([Number.NaN, Number.NaN, Number.NaN, Number.NaN, 0]);
  /** Changes with every new text: a slot that holds this version needs no copy. */
  version = 0;
  /** Changes with every new second. */
  secondVersion = 0;

  readonly #clockNs: Float64Array;
  readonly #cell: number;
  /** Nanoseconds of the last place that is shown. */
  readonly #unitNs: number;

  /**
   * @param clockNs the clock is read from clockNs[cell], nanoseconds since `originMs` (a double argument could cost a heap number)
   * @param originMs whole milliseconds since 1970
   */
  constructor(clockNs: Float64Array, cell: number, originMs: number, precision: TimestampPrecision = 'ms') {
    this.#clockNs = clockNs;
    this.#cell = cell;
    this.#at[ORIGIN_MS] = originMs;
    this.bytes = new Uint8Array(TIMESTAMP_BYTES[precision]);
    this.#unitNs = { s: 1e9, ms: 1e6, us: 1e3, ns: 1 }[precision];
  }

  /** Follows the clock; what the precision does not show is cut off, not rounded. */
  update(): void {
    const at = this.#at;
    const unitNs = this.#unitNs;
    const clockNs = this.#clockNs[this.#cell];
    const clockMs = Math.floor(clockNs / 1e6);
    const ms = at[ORIGIN_MS] + clockMs;
    const nsInMs = unitNs < 1e6 ? Math.floor((clockNs - clockMs * 1e6) / unitNs) * unitNs : 0;
    if (ms === at[MS] && nsInMs === at[NS_IN_MS]) return;
    at[MS] = ms;
    at[NS_IN_MS] = nsInMs;
    const inSecond = ms - at[SECOND_START_MS];
    if (inSecond >= 0 && inSecond < 1_000) {
      if (unitNs === 1e9) return;
      this.version = ++versions[0];
      this.#putFraction(inSecond | 0, nsInMs | 0);
      return;
    }
    this.version = ++versions[0];
    this.secondVersion = this.version;
    const inDay = ms - at[DAY_START_MS];
    if (!(inDay >= 0 && inDay < DAY_MS)) this.#setDay(Math.floor(ms / DAY_MS));
    const msOfDay = (ms - at[DAY_START_MS]) | 0;
    const second = (msOfDay / 1_000) | 0;
    at[SECOND_START_MS] = at[DAY_START_MS] + second * 1_000;
    const bytes = this.bytes;
    put2(bytes, 9, (second / 3_600) | 0);
    put2(bytes, 12, ((second / 60) | 0) % 60);
    put2(bytes, 15, second % 60);
    this.sum = sumOf(bytes, TIMESTAMP_FRACTION_AT);
    this.#fractionSum = 0;
    this.#putFraction(msOfDay - second * 1_000, nsInMs | 0);
  }

  #putFraction(ms: number, nsInMs: number): void {
    const bytes = this.bytes;
    let sum = 0;
    if (bytes.length > TIMESTAMP_FRACTION_AT) sum = put3(bytes, TIMESTAMP_FRACTION_AT, ms);
    if (bytes.length > TIMESTAMP_FRACTION_AT + 3) {
      const us = (nsInMs / 1_000) | 0;
      sum += put3(bytes, TIMESTAMP_FRACTION_AT + 3, us);
      if (bytes.length > TIMESTAMP_FRACTION_AT + 6) {
        sum += put3(bytes, TIMESTAMP_FRACTION_AT + 6, nsInMs - us * 1_000);
      }
    }
    this.sum += sum - this.#fractionSum;
    this.#fractionSum = sum;
  }

  #setDay(day: number): void {
    this.#at[DAY_START_MS] = day * DAY_MS;
    const text = new Date(day * DAY_MS).toISOString();
    const date = `${text.slice(0, 4)}${text.slice(5, 7)}${text.slice(8, 10)}-00:00:00.000000000`;
    for (let i = 0; i < this.bytes.length; i++) this.bytes[i] = date.charCodeAt(i);
  }
}

function put2(bytes: Uint8Array, at: number, value: number): void {
  const tens = (value / 10) | 0;
  bytes[at] = tens + ZERO;
  bytes[at + 1] = value - tens * 10 + ZERO;
}

/** @returns the sum of the three bytes */
function put3(bytes: Uint8Array, at: number, value: number): number {
  const hundreds = (value / 100) | 0;
  const rest = value - hundreds * 100;
  const tens = (rest / 10) | 0;
  const ones = rest - tens * 10;
  bytes[at] = hundreds + ZERO;
  bytes[at + 1] = tens + ZERO;
  bytes[at + 2] = ones + ZERO;
  return hundreds + tens + ones + 3 * ZERO;
}

/** Sum of the first bytes, as many of them as there are. */
function sumOf(bytes: Uint8Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count && i < bytes.length; i++) sum += bytes[i];
  return sum;
}
